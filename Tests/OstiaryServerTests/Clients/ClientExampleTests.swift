// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport
import Testing

extension EndToEnd {
    /// `Examples/client`, a program at the command line. It is built without package access.
    @Suite struct ClientExample {
        @Test("a program registers, logs in, lists sessions, and logs out")
        func walk() throws {
            let server = try SharedServers.ordinary()
            let folder = try TemporaryDirectory()
            func run(_ words: String...) throws -> String {
                let arguments = ["http://127.0.0.1:\(server.port)", folder.file("session")] + words
                let result = try CommandResult(
                    OstiaryBinary.path(ofExample: "Client"), arguments, environment: [:], within: 60)
                #expect(result.exit == .code(0) && result.stderr.isEmpty, "\(result)")
                return result.stdout
            }
            let (email, password) = (freshEmail(), WireClient.password)
            #expect(try run("me") == "Log in first.\n")
            #expect(try run("register", email, "1").hasPrefix("password: "))
            #expect(try run("register", email, password).contains(email))
            #expect(try run("login", email, "wrong one").contains("credentials"))
            #expect(try run("login", email, password) == "Hello, \(email).\n")
            #expect(try run("me").contains(#""email":"\#(email)""#))
            #expect(try run("sessions").hasPrefix("* "))
            #expect(try run("logout").isEmpty)
            #expect(try run("sessions") == "Log in first.\n")
        }
    }
}
