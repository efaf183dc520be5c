// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import Glibc
import OstiarySQL
import OstiarySQLite
import OstiaryTestSupport
import Testing

extension EndToEnd {
    @Suite struct Restoring {
        private func files(_ server: ServerProcess) throws -> Set<String> {
            Set(try FileManager.default.contentsOfDirectory(atPath: server.dataDirectory))
        }

        /// Everything but the log of the change feed, as text.
        private func content(_ server: ServerProcess) throws -> String {
            try server.command(["users", "list", "--json"]).stdout + server.command(["audit", "list", "--json"]).stdout
        }

        @Test("a copy comes back as it was, though the old log lies about, and its access tokens go on")
        func wholeWay() throws {
            let server = try ServerProcess(secretKey: nil)
            let client = WireClient(port: server.port)
            let (email, tokens) = try client.newSession()
            let copy = server.directory.file("copy")
            #expect(try server.command(["backup", copy]).exit == .code(0))
            let users = try server.command(["users", "list", "--json"]).stdout
            let (later, _) = try client.newSession()
            let settings = try server.command(["settings", "set", "PASSWORD_MIN_LENGTH", "12"])
            #expect(settings.exit == .code(0), "\(settings)")
            server.kill()
            #expect(try files(server).isSuperset(of: ["ostiary.sqlite3-wal", "ostiary.sqlite3-shm"]))

            let restored = try server.command(["restore", copy])
            #expect(restored.exit == .code(0) && restored.stdout.contains("The state before is in"), "\(restored)")
            #expect(try files(server).isDisjoint(with: ["ostiary.sqlite3-wal", "ostiary.sqlite3.restoring"]))
            #expect(try server.command(["users", "list", "--json"]).stdout == users)
            #expect(try server.command(["settings", "get", "PASSWORD_MIN_LENGTH"]).stdout.contains("8"))
            #expect(try server.command(["audit", "list"]).stdout.contains("database_restored"))
            let kept = try #require(try files(server).first { $0.contains(".before-") && !$0.hasSuffix("-wal") })
            let before = try runCommand(
                [
                    "users", "list", "--data-dir", server.dataDirectory,
                    "--database-url", "sqlite:\(server.dataDirectory)/\(kept)",
                ])
            #expect(before.stdout.contains(later), "\(before)")

            try server.start()
            #expect(try client.me(tokens.access).member("email") == email)
            #expect(try client.refresh(tokens.refresh).status == 200)
            #expect(server.terminate() == .code(0))
        }

        @Test("a restore beside a server, or beside another program that reads the file, changes nothing")
        func inUse() throws {
            let server = try ServerProcess(secretKey: nil)
            _ = try WireClient(port: server.port).newSession()
            let copy = server.directory.file("copy")
            #expect(try server.command(["backup", copy]).exit == .code(0))
            _ = try WireClient(port: server.port).newSession()
            let before = try content(server)
            let refused = try server.command(["restore", copy])
            #expect(refused.exit == .code(69) && refused.stderr.contains("Stop them first"), "\(refused)")
            #expect(server.terminate() == .code(0))

            let reader = try SQLiteConnection(path: server.databaseFile, role: .reader, busyTimeout: 100)
            _ = try reader.run("SELECT count(*) FROM ostiary_user")
            let busy = try server.command(["restore", copy])
            #expect(busy.exit == .code(69) && busy.stderr.contains("another process"), "\(busy)")
            withExtendedLifetime(reader) {}
            #expect(try content(server) == before)
        }

        @Test("a copy that cannot be used is told in a line, and changes nothing")
        func badCopies() throws {
            let server = try ServerProcess(secretKey: nil)
            for _ in 0..<20 { _ = try WireClient(port: server.port).newSession() }
            let good = server.directory.file("copy")
            #expect(try server.command(["backup", good]).exit == .code(0))
            #expect(server.terminate() == .code(0))
            let before = (try content(server), try files(server))
            let bytes = try Data(contentsOf: URL(filePath: good))

            func refuse(_ name: String, code: Int32 = 69, saying words: String, make: (String) throws -> Void) throws {
                let file = server.directory.file(name)
                try make(file)
                let result = try server.command(["restore", file])
                #expect(result.exit == .code(code) && result.stderr.contains(words), "\(name): \(result)")
                #expect(!result.hasStackTrace)
                #expect(try content(server) == before.0, "\(name)")
                #expect(try files(server) == before.1, "\(name)")
            }
            try refuse("text", saying: "not an SQLite database") {
                try Data(String(repeating: "no database ", count: 500).utf8).write(to: URL(filePath: $0))
            }
            try refuse("empty", saying: "not a database of Ostiary") { try Data().write(to: URL(filePath: $0)) }
            try refuse("half", saying: "damaged or was cut off") {
                try bytes.prefix(bytes.count / 2).write(to: URL(filePath: $0))
            }
            try refuse("folder", saying: "it is not a file") {
                try FileManager.default.createDirectory(atPath: $0, withIntermediateDirectories: false)
            }
            try refuse("missing", saying: "No such file") { _ in }
            try refuse("data/ostiary.sqlite3", saying: "it is the database itself") { _ in }
            try refuse("newer", saying: "newer release") { file in
                try bytes.write(to: URL(filePath: file))
                let copy = try SQLiteConnection(path: file, role: .copy, busyTimeout: 100)
                try copy.execute("INSERT INTO ostiary_migration (name, applied_at) VALUES ('9999_future', 1)")
            }
            try refuse("other", code: 78, saying: "another signing key") { file in
                try bytes.write(to: URL(filePath: file))
                let copy = try SQLiteConnection(path: file, role: .copy, busyTimeout: 100)
                try copy.execute("UPDATE ostiary_signing_key SET fingerprint = 'other'")
            }
            let forced = try server.command(["restore", "--forget-key", server.directory.file("other")])
            #expect(forced.exit == .code(0), "\(forced)")
            try server.start()
            #expect(server.terminate() == .code(0))
        }

        @Test("what root restores belongs to the user of the server", .enabled(if: geteuid() == 0))
        func root() throws {
            let server = try ServerProcess(secretKey: nil)
            let copy = server.directory.file("copy")
            #expect(try server.command(["backup", copy]).exit == .code(0))
            #expect(server.terminate() == .code(0))
            let user: uid_t = 65_534
            for file in try files(server) { #expect(chown("\(server.dataDirectory)/\(file)", user, user) == 0) }
            #expect(chown(server.dataDirectory, user, user) == 0)
            unlink(server.databaseFile + ".lock")
            let restored = try server.command(["restore", copy])
            #expect(restored.exit == .code(0), "\(restored)")
            for file in try files(server) {
                var state = stat()
                #expect(stat("\(server.dataDirectory)/\(file)", &state) == 0 && state.st_uid == user, "\(file)")
            }
        }

        @Test("a damaged database is replaced and kept, with its log, and a missing one is made")
        func damaged() throws {
            let server = try ServerProcess(secretKey: nil)
            _ = try WireClient(port: server.port).newSession()
            let copy = server.directory.file("copy")
            #expect(try server.command(["backup", copy]).exit == .code(0))
            let users = try server.command(["users", "list", "--json"]).stdout
            server.kill()
            let junk = Data(repeating: 0x55, count: 100_000)
            let handle = try #require(fopen(server.databaseFile, "r+"))
            _ = junk.withUnsafeBytes { fwrite($0.baseAddress, 1, $0.count, handle) }
            fclose(handle)
            let restored = try server.command(["restore", copy])
            #expect(restored.exit == .code(0), "\(restored)")
            #expect(try server.command(["users", "list", "--json"]).stdout == users)
            #expect(try files(server).contains { $0.contains(".before-") && $0.hasSuffix("-wal") })

            try FileManager.default.removeItem(atPath: server.databaseFile)
            let again = try server.command(["restore", "--json", copy])
            #expect(again.exit == .code(0) && !again.stdout.contains("kept"), "\(again)")
            #expect(try server.command(["users", "list", "--json"]).stdout == users)
        }
    }
}
