// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import Glibc
import OstiaryTestSupport
import Testing

extension EndToEnd {
    /// The link that creates the first superuser, on the real binary.
    @Suite struct SetupLinks {
        private static let email = "root@example.com"

        private func token(_ server: ServerProcess) throws -> String {
            // The file is written a moment after the log has told the address.
            let link = try #require(waitUntil(20, every: 10_000) { linkFile(server) })
            #expect(link.hasPrefix("http://127.0.0.1:\(server.port)/admin/setup/?token="))
            return String(link.suffix(33).dropLast())
        }

        private func linkFile(_ server: ServerProcess) -> String? {
            let path = server.dataDirectory + "/setup-link"
            return access(path, F_OK) == 0 ? text(ofFile: path) : nil
        }

        private func setUp(_ server: ServerProcess, _ token: String, _ email: String = email) throws -> WireAnswer {
            let json =
                "{\"token\":\"\(token)\",\"email\":\"\(email)\",\"password\":\(jsonText(WireClient.password))}"
            return try WireClient(port: server.port).exchange(WireRequest("POST", "/api/admin/setup/", json: json))
        }

        @Test("makes one superuser; the file is its owner's, and no log has the secret")
        func use() throws {
            let server = try ServerProcess()
            let token = try token(server)
            var status = stat()
            #expect(stat(server.dataDirectory + "/setup-link", &status) == 0 && status.st_mode & 0o777 == 0o600)
            let client = WireClient(port: server.port)
            let open = try client.exchange(WireRequest("GET", "/api/admin/setup/"))
            #expect(open.text == "{\"has_superuser\":false}")
            #expect(try setUp(server, String(token.reversed())).status == 403)
            #expect(try setUp(server, "short").status == 403)
            let made = try setUp(server, token)
            #expect(made.status == 201, "\(made.text)")
            let tokens = try Tokens(client.login(Self.email))
            let users = try client.exchange(
                WireRequest("GET", "/api/admin/users/", [("Authorization", "Bearer \(tokens.access)")]))
            #expect(users.status == 200 && users.text.contains("\"is_superuser\":true"), "\(users.text)")
            #expect(try setUp(server, token, "second@example.com").status == 403)
            #expect(!server.output.contains(token))
            #expect(server.terminate() == .code(0))
            try server.start()
            let isGone: Bool? = waitUntil(20, every: 10_000) { linkFile(server) == nil ? true : nil }
            #expect(isGone == true, "the file of the earlier start is gone")
        }

        @Test("is dead after createsuperuser, and after 30 minutes")
        func dead() throws {
            let server = try ServerProcess()
            let first = try token(server)
            try server.alter("UPDATE ostiary_setup SET expires_at = expires_at - 1800000000")
            #expect(try setUp(server, first).status == 403, "expired")
            #expect(server.terminate() == .code(0))
            try server.start()
            let second = try token(server)
            #expect(second != first)
            let made = try server.command(
                ["createsuperuser", "--email", Self.email, "--password-stdin"], input: WireClient.password)
            #expect(made.exit == .code(0), "\(made)")
            #expect(try setUp(server, second, "second@example.com").status == 403, "after the command")
        }

        @Test("--admin off serves none of it")
        func off() throws {
            let server = try ServerProcess(["--admin", "off"])
            #expect(linkFile(server) == nil)
            let client = WireClient(port: server.port)
            for path in ["/api/admin/setup/", "/api/admin/users/", "/admin/", "/admin/setup/"] {
                #expect(try client.exchange(WireRequest("GET", path)).status == 404, "\(path)")
            }
        }
    }
}

extension ServerProcess {
    /// Changes the SQLite database of the server by a statement, beside it.
    func alter(_ statement: String) throws {
        let program = """
            import sqlite3, sys
            with sqlite3.connect(sys.argv[1], timeout=10) as database: database.execute(sys.argv[2])
            """
        let result = try CommandResult(
            "/usr/bin/python3", ["-c", program, dataDirectory + "/ostiary.sqlite3", statement])
        guard result.exit == .code(0) else { throw Failure("\(result)") }
    }
}
