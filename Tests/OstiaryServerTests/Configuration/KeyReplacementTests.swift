// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import OstiarySQL
import OstiarySQLite
import OstiaryTestSupport
import Testing

extension EndToEnd {
    @Suite struct KeyReplacement {
        @Test("a server takes over another signing key by a change notice, and nobody has to log in again")
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

            let database = try SQLiteConnection(path: server.databaseFile, role: .writer, busyTimeout: 5_000)
            try database.execute("INSERT INTO ostiary_change (kind, subject, at) VALUES ('keys', '', 1)")
            let refused: Bool? = try waitUntil(5) { try client.me(tokens.access).status == 401 ? true : nil }
            #expect(refused == true)
            let next = try Tokens(client.refresh(tokens.refresh))
            #expect(try client.me(next.access).status == 200)
            #expect(server.output.contains("the signing key was replaced"))
            #expect(server.terminate() == .code(0))
            try server.start()
            #expect(try client.me(next.access).status == 200, "the same key after a start")
            #expect(server.terminate() == .code(0))
        }
    }
}
