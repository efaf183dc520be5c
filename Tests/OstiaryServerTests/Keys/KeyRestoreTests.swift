// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import OstiaryTestSupport
import Synchronization
import Testing

extension EndToEnd {
    /// Keys after a backup on another machine, and under another root secret.
    @Suite struct KeyRestore {
        /// A token that a key of its own has signed.
        private func token(by id: String, _ client: WireClient, _ email: String) throws -> Tokens {
            let found: Tokens? = try waitUntil(30) {
                let tokens = try client.tokens(email)
                return try AccessToken(tokens.access).headerMember("kid") == id ? tokens : nil
            }
            guard let found else { throw Failure("\(id) does not sign") }
            return found
        }

        private func copy(_ file: String, from server: ServerProcess, to other: TemporaryDirectory) throws {
            try FileManager.default.copyItem(
                atPath: "\(server.dataDirectory)/\(file)", toPath: other.file("data/\(file)"))
        }

        private func machine() throws -> TemporaryDirectory {
            let directory = try TemporaryDirectory()
            try FileManager.default.createDirectory(
                atPath: directory.file("data"), withIntermediateDirectories: false,
                attributes: [.posixPermissions: 0o700])
            return directory
        }

        @Test(
            "a backup and both secrets verify on another machine what was signed before; without the root secret it tells the way"
        )
        func backup() throws {
            let server = try ServerProcess(secretKey: nil)
            let client = WireClient(port: server.port)
            let email = try client.newSession().email
            let made = try server.command(["keys", "rotate", "--now", "--yes", "--json"])
            let id = try #require(try Document(made.stdout)["kid"], "\(made)")
            let tokens = try token(by: id, client, email)
            let backup = server.directory.file("copy")
            #expect(try server.command(["backup", backup]).exit == .code(0))
            #expect(server.terminate() == .code(0))

            for files in [["secret.key", "root.key"], ["secret.key"]] {
                let other = try machine()
                for file in files { try copy(file, from: server, to: other) }
                let arguments = [backup, "--data-dir", other.file("data")]
                guard files.count == 2 else {
                    try withoutRootSecret(arguments, other, id, tokens)
                    continue
                }
                let restored = try runCommand(["restore"] + arguments)
                #expect(restored.exit == .code(0), "\(restored)")
                let next = try ServerProcess(secretKey: nil, directory: other)
                let there = WireClient(port: next.port)
                #expect(try there.me(tokens.access).member("email") == email)
                #expect(try there.publicKeys() == [id])
                #expect(
                    try AccessToken(there.refresh(tokens.refresh).member("access_token") ?? "").headerMember("kid")
                        == id)
                #expect(next.terminate() == .code(0))
            }
        }

        /// The keys of the copy are lost then; sessions are not.
        private func withoutRootSecret(
            _ arguments: [String], _ directory: TemporaryDirectory, _ id: String, _ tokens: Tokens
        ) throws {
            let refused = try runCommand(["restore"] + arguments)
            #expect(refused.exit == .code(78) && refused.stderr.contains("another root secret"), "\(refused)")
            let forced = try runCommand(["restore", "--forget-key"] + arguments)
            #expect(forced.exit == .code(0), "\(forced)")
            let place = ["--data-dir", directory.file("data")]
            let started = try runCommand(["serve", "--port", "0"] + place)
            #expect(started.exit == .code(78) && !started.hasStackTrace, "\(started)")
            #expect(started.stderr.contains(id), "\(started)")
            let revoked = try runCommand(["keys", "revoke", id, "--replace", "--yes"] + place)
            #expect(revoked.exit == .code(0), "\(revoked)")
            let next = try ServerProcess(secretKey: nil, directory: directory)
            let there = WireClient(port: next.port)
            #expect(try there.me(tokens.access).status == 401)
            let fresh = try Tokens(there.refresh(tokens.refresh))
            #expect(try there.me(fresh.access).status == 200)
            #expect(next.terminate() == .code(0))
        }

        @Test("a dump of PostgreSQL in another database verifies what was signed before")
        func dump() throws {
            let site = try KeySite(.postgres)
            let (client, id) = (site.clients[0], try site.rotate(now: true))
            let email = try client.newSession().email
            let tokens = try token(by: id, client, email)
            let file = site.servers[0].directory.file("dump")
            let postgres = try PostgresServer.shared.get()
            try postgres.run("pg_dump", ["--format=custom", "--file=\(file)", site.url])
            #expect(site.terminate())
            let other = try postgres.url(postgres.makeDatabase())
            try postgres.run("pg_restore", ["--clean", "--if-exists", "--dbname=\(other)", file])
            let next = try ServerProcess(["--database-url", other])
            let there = WireClient(port: next.port)
            #expect(try there.me(tokens.access).member("email") == email)
            #expect(try there.publicKeys() == [id])
            #expect(next.terminate() == .code(0))
        }

        @Test("keys are sealed anew while clients refresh; no session is lost over the change of the servers")
        func rewrap() throws {
            let (one, other) = (String(repeating: "1", count: 40), String(repeating: "2", count: 40))
            let server = try ServerProcess(["--root-secret", one])
            let client = WireClient(port: server.port)
            let email = try client.newSession().email
            let made = try server.command(
                ["keys", "rotate", "--now", "--yes", "--json"], environment: ["OSTIARY_ROOT_SECRET": one])
            let id = try #require(try Document(made.stdout)["kid"], "\(made)")
            let start = try (0..<4).map { _ in try token(by: id, client, email) }
            let state = Mutex((isOver: false, port: server.port, refreshes: 0))
            let crowd = try BackgroundThreads(start.count) { index in
                var tokens = start[index]
                while true {
                    let (isOver, port) = state.withLock { ($0.isOver, $0.port) }
                    if isOver { return }
                    // No answer while no server runs; then the same token is sent again.
                    guard let answer = try? WireClient(port: port).refresh(tokens.refresh) else {
                        pause(0.05)
                        continue
                    }
                    tokens = try Tokens(answer)
                    guard try AccessToken(tokens.access).headerMember("kid") == id else { throw Failure("another key") }
                    state.withLock { $0.refreshes += 1 }
                }
            }
            defer { state.withLock { $0.isOver = true } }
            func refreshes(_ count: Int) {
                let before = state.withLock { $0.refreshes }
                let went: Bool? = waitUntil(60) { state.withLock { $0.refreshes } >= before + count ? true : nil }
                #expect(went == true, "nobody refreshes")
            }
            refreshes(20)
            let secrets = ["OSTIARY_ROOT_SECRET": other, "OSTIARY_ROOT_SECRET_PREVIOUS": one]
            let beside = try server.command(["keys", "rewrap"], environment: secrets)
            #expect(beside.exit == .code(0) && beside.stdout.contains("1 key was"), "\(beside)")
            refreshes(20)

            #expect(server.terminate() == .code(0))
            #expect(try server.command(["keys", "rewrap"], environment: secrets).stdout.contains("0 keys were"))
            #expect(try server.command(["forgetkey", "--root"]).exit == .code(0))
            let next = try ServerProcess(
                ["--database-url", "sqlite:\(server.databaseFile)", "--root-secret", other], directory: server.directory
            )
            state.withLock { $0.port = next.port }
            refreshes(20)
            state.withLock { $0.isOver = true }
            try crowd.join()
            #expect(try WireClient(port: next.port).me(start[0].access).status == 200, "the token of before")
            #expect(next.terminate() == .code(0))
        }
    }
}
