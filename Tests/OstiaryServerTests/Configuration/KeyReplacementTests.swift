// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import OstiaryTestSupport
import Testing

extension EndToEnd {
    @Suite struct KeyReplacement {
        @Test("a running server goes on with another signing key, and nobody has to log in again")
        func replaced() throws {
            let server = try ServerProcess(secretKey: nil)
            let client = WireClient(port: server.port)
            let (_, tokens) = try client.newSession()
            #expect(try client.me(tokens.access).status == 200)
            let path = "\(server.dataDirectory)/secret.key"
            let key = Data((String(repeating: "n", count: 64) + "\n").utf8)
            guard
                FileManager.default.createFile(
                    atPath: path, contents: key, attributes: [.posixPermissions: 0o600])
            else { throw Failure("cannot write \(path)") }
            #expect(try client.me(tokens.access).status == 200, "nobody was told yet")

            let asked = try server.command(["forgetkey"])
            #expect(asked.exit == .code(69) && asked.stderr.contains("Stop them first"), "\(asked)")
            #expect(try client.me(tokens.access).status == 200, "nothing was done")
            #expect(try server.command(["forgetkey", "--force"]).exit == .code(0))
            let refused: Bool? = try waitUntil(5) { try client.me(tokens.access).status == 401 ? true : nil }
            #expect(refused == true)
            let next = try Tokens(client.refresh(tokens.refresh))
            #expect(try client.me(next.access).status == 200)
            let told: Bool? = waitUntil(5) { server.output.contains("the signing key was replaced") ? true : nil }
            #expect(told == true)
            #expect(server.terminate() == .code(0))
            try server.start()
            #expect(try client.me(next.access).status == 200, "the same key after a start")
            #expect(server.terminate() == .code(0))
        }

        @Test("a lost key is told at the start with the way back, and is not made anew")
        func lost() throws {
            let server = try ServerProcess(secretKey: nil)
            let (_, tokens) = try WireClient(port: server.port).newSession()
            #expect(server.terminate() == .code(0))
            let (path, aside) = ("\(server.dataDirectory)/secret.key", "\(server.dataDirectory)/aside.key")
            try FileManager.default.moveItem(atPath: path, toPath: aside)
            let refused = try server.command(["serve", "--port", "0"])
            #expect(refused.exit == .code(78), "\(refused)")
            #expect(refused.stderr.contains("secret.key is missing") && refused.stderr.contains("ostiary forgetkey"))
            #expect(!FileManager.default.fileExists(atPath: path))

            try FileManager.default.moveItem(atPath: aside, toPath: path)
            try server.start()
            #expect(try WireClient(port: server.port).me(tokens.access).status == 200)
            #expect(server.terminate() == .code(0))

            try FileManager.default.removeItem(atPath: path)
            #expect(try server.command(["forgetkey"]).exit == .code(0))
            try server.start()
            let client = WireClient(port: server.port)
            #expect(try client.me(tokens.access).status == 401)
            #expect(try client.me(Tokens(client.refresh(tokens.refresh)).access).status == 200)
            #expect(server.terminate() == .code(0))
        }

        @Test("a second server with another key does not start")
        func second() throws {
            let server = try ServerProcess(secretKey: nil)
            let other = String(repeating: "o", count: 40)
            let refused = try server.command(["serve", "--port", "0", "--secret-key", other])
            #expect(refused.exit == .code(78) && refused.stderr.contains("another signing key"), "\(refused)")
            #expect(!refused.stderr.contains(other))
            #expect(server.terminate() == .code(0))
        }

        @Test("a server whose key is no longer the recorded one says so, and is not ready")
        func foreign() throws {
            let server = try ServerProcess(secretKey: nil)
            #expect(try server.command(["forgetkey", "--force"]).exit == .code(0))
            let root = String(text(ofFile: "\(server.dataDirectory)/root.key").dropLast())
            let next = try ServerProcess(
                ["--database-url", "sqlite:\(server.databaseFile)", "--root-secret", root],
                secretKey: String(repeating: "n", count: 40), directory: TemporaryDirectory())
            let start = ContinuousClock.now
            let told: Bool? = waitUntil(5, every: 5_000) {
                server.output.contains("the other servers use another signing key") ? true : nil
            }
            #expect(told == true)
            figure("another key on SQLite, told after the other server is ready", seconds: seconds(since: start))
            #expect(WireClient.readiness(server.port) == 503)
            #expect(WireClient.readiness(next.port) == 200)
            #expect(server.terminate() == .code(0) && next.terminate() == .code(0))
        }
    }
}
