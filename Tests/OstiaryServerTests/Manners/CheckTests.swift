// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import Glibc
import OstiarySQL
import OstiaryTestSupport
import Testing

extension EndToEnd {
    /// `ostiary check --deploy` finds each fault that is planted, and nothing in a sound installation.
    @Suite struct Checking {
        struct Found: Decodable {
            let level: String
            let code: String
            let text: String
            let advice: String
        }

        /// A server that others reach by https, and that sends mail.
        static let wellConfigured = [
            "OSTIARY_PUBLIC_URL": "https://id.example.com", "OSTIARY_MAIL_URL": "smtp://mail.example.net",
            "OSTIARY_MAIL_FROM": "Example <no-reply@Example.com>",
        ]

        struct Plant: Sendable {
            let codes: [String]
            let name: String
            let plant: @Sendable (Site) throws -> Void

            init(_ codes: String..., name: String, _ plant: @escaping @Sendable (Site) throws -> Void) {
                (self.codes, self.name, self.plant) = (codes, name, plant)
            }
        }

        static let plants: [Plant] = [
            Plant("pending_migrations", name: "an empty database") { try $0.write("/ostiary.sqlite3", "") },
            Plant("lost_key", name: "a signing key that is gone") { site in
                guard unlink(site.data + "/secret.key") == 0 else { throw Failure("unlink: errno \(errno)") }
            },
            Plant("lost_key", name: "a root secret that is gone") { site in
                guard unlink(site.data + "/root.key") == 0 else { throw Failure("unlink: errno \(errno)") }
            },
            Plant("other_key", name: "another signing key") {
                $0.environment["OSTIARY_SECRET_KEY"] = ServerProcess.secretKey
            },
            Plant("throttling_off", name: "no throttling") { $0.environment["OSTIARY_THROTTLING"] = "off" },
            Plant("unknown_variable", name: "a misspelt variable") { $0.environment["OSTIARY_PROT"] = "1" },
            Plant("weak_key", "other_key", name: "a repeated letter as the key") {
                $0.environment["OSTIARY_SECRET_KEY"] = String(repeating: "k", count: 32)
            },
            Plant("plain_http", "no_mail", name: "no https") { ($0.arguments, $0.environment) = ([], [:]) },
            Plant("no_trusted_hops", name: "a forgotten proxy") { $0.arguments = [] },
            Plant("open_address", "no_trusted_hops", name: "listening everywhere") {
                $0.arguments = ["--host", "0.0.0.0"]
            },
            Plant("no_mail", name: "no mail server") { $0.environment["OSTIARY_MAIL_URL"] = nil },
            Plant("plain_links", name: "links without https") {
                try $0.certify()
                $0.environment["OSTIARY_PUBLIC_URL"] = "http://id.example.com:8443/id"
            },
            Plant("foreign_sender", name: "a sender of another domain") {
                $0.environment["OSTIARY_MAIL_FROM"] = "no-reply@another-example.com"
            },
            Plant("foreign_sender", name: "a sender of another domain, and links to an address") {
                $0.environment["OSTIARY_PUBLIC_URL"] = "https://[2001:db8::1]:8443"
            },
            Plant("untrusted_file", name: "a data directory for everybody") { try $0.mode(0o777) },
            Plant("untrusted_file", name: "a data directory for the group") { try $0.mode(0o770) },
            Plant("untrusted_file", name: "a database for everybody") { try $0.mode(0o666, "/ostiary.sqlite3") },
            Plant("untrusted_file", name: "a key for everybody") { try $0.mode(0o666, "/secret.key") },
            Plant("untrusted_file", name: "a root secret that all may read") { try $0.mode(0o644, "/root.key") },
            Plant("untrusted_file", name: "a key of another user") {
                $0.isPlanted = chown($0.data + "/secret.key", 54_321, 0) == 0
            },
            Plant("untrusted_file", name: "a log of the database for everybody") {
                try $0.write("/ostiary.sqlite3-wal", "", mode: 0o666)
            },
            Plant("readable_database", name: "a database that all may read") {
                try $0.mode(0o755)
                try $0.mode(0o644, "/ostiary.sqlite3")
            },
            Plant("open_parent", name: "a directory above that all may write to") { site in
                let parent = site.directory.file("parent")
                guard mkdir(parent, 0o777) == 0, chmod(parent, 0o777) == 0 else {
                    throw Failure("mkdir: errno \(errno)")
                }
                try site.copy(site.data, to: parent + "/data")
                site.data = parent + "/data"
            },
            Plant("untrusted_file", name: "a configuration that all may change") {
                try $0.write("/ostiary.json", "{}", mode: 0o666)
                $0.arguments += ["--config", $0.data + "/ostiary.json"]
            },
            Plant("untrusted_file", name: "a key in a configuration that all may read") {
                let key = text(ofFile: $0.data + "/secret.key").filter { !$0.isNewline }
                try $0.write(
                    "/ostiary.json", #"{"secret-key": "\#(key)"}"#, mode: 0o644)
                $0.arguments += ["--config", $0.data + "/ostiary.json"]
            },
            Plant("untrusted_file", name: "a key of the certificate that all may read") {
                try $0.certify()
                guard let key = $0.arguments.last, chmod(key, 0o644) == 0 else {
                    throw Failure("chmod: errno \(errno)")
                }
            },
            Plant("certificate_expires", name: "a certificate of yesterday's") { try $0.certify(days: 1) },
            Plant("certificate", name: "a certificate that is none") {
                try $0.certify()
                $0.arguments[1] = $0.data + "/secret.key"
            },
            Plant("few_descriptors", name: "200 descriptors") {
                $0.launcher = [try Executable.required("prlimit", package: "util-linux"), "--nofile=200:200"]
            },
            Plant("low_space", name: "a small disk") { site in
                guard let disk = try SmallDisk(megabytes: 8) else { return site.isPlanted = false }
                try site.copy(site.data, to: disk.path + "/data")
                (site.disk, site.data) = (disk, disk.path + "/data")
            },
            Plant("public_metrics", name: "metrics for everybody") {
                $0.arguments += ["--metrics-address", "0.0.0.0:9464"]
            },
            Plant("public_metrics", name: "metrics for everybody, by IPv6") {
                $0.arguments += ["--metrics-address", "[::]:9464"]
            },
            Plant("plain_origin", name: "a page without https") {
                $0.arguments += ["--cors-origin", "http://app.example"]
            },
            Plant("plain_gate", name: "an application behind the gate without https") {
                $0.arguments += ["--gate-origin", "http://app.example"]
            },
            Plant("shared_secret_signs", name: "a program that waits for public keys") {
                try $0.command("verifiers", "add", "proxy", "--pinned")
            },
            Plant("shared_secret_signs", name: "a program that waits for a key that is not to sign") {
                try $0.command("verifiers", "add", "proxy", "--pinned")
                try $0.command("keys", "rotate", "--now", "--yes")
                try $0.command("settings", "set", "TOKEN_ALGORITHM", "HS256")
            },
            Plant("old_signing_key", name: "a key that has signed for more than a year") {
                try $0.command("keys", "rotate", "--now", "--yes")
                try $0.execute("UPDATE ostiary_key SET signing_at = signing_at - 366 * 86400000000")
            },
            Plant("plain_http", "no_mail", "no_issuer", name: "keys of a server without an address") {
                try $0.command("keys", "rotate", "--now", "--yes")
                ($0.arguments, $0.environment) = ([], [:])
            },
            Plant("long_tokens", name: "tokens of 30 hours beside a reader of the feed") {
                try $0.command("clients", "add", "service", "--may", "introspect,feed")
            },
        ]

        /// A data directory as a server makes it.
        private static let template = Result {
            let server = try ServerProcess(secretKey: nil)
            guard server.terminate() == .code(0) else { throw Failure("\(server.output)") }
            return server.directory
        }

        private func site() throws -> Site { try Site(copying: Self.template.get().file("data")) }

        @Test(
            "each planted fault is found, and no other; a remedy by chmod or chown mends it", arguments: plants.indices)
        func faults(index: Int) throws {
            let plant = Self.plants[index]
            let site = try site()
            try plant.plant(site)
            guard site.isPlanted else { return }
            let (exit, found) = try site.check()
            #expect(found.map(\.code) == plant.codes, "\(plant.name): \(found)")
            #expect(exit == .code(found.contains { $0.level == "error" } ? 1 : 0), "\(plant.name)")
            #expect(found.allSatisfy { !$0.text.isEmpty && !$0.advice.isEmpty && !$0.text.contains("\n") })
            let remedies = found.map(\.advice).filter { $0.hasPrefix("chmod ") || $0.hasPrefix("chown ") }
            guard !remedies.isEmpty else { return }
            for remedy in remedies {
                #expect(try CommandResult("/bin/sh", ["-c", remedy]).exit == .code(0), "\(remedy)")
            }
            #expect(try site.check().found.map(\.code) == [], "\(plant.name): \(remedies)")
        }

        @Test("nothing is found in a sound installation: behind a proxy, and with a certificate of its own")
        func sound() throws {
            let site = try site()
            #expect(Self.plants.count >= 15)
            #expect(try site.check().found.map(\.text) == [])
            for sender in ["no-reply@id.example.com", "no-reply@mail.ID.example.com"] {
                site.environment["OSTIARY_MAIL_FROM"] = sender
                #expect(try site.check().found.map(\.text) == [], "\(sender)")
            }
            try site.certify()
            site.arguments += [
                "--host", "0.0.0.0", "--metrics-address", "10.1.2.3:9464", "--cors-origin",
                "https://app.example,http://localhost:3000,http://[::1]:3000",
            ]
            let (exit, found) = try site.check()
            #expect(exit == .code(0) && found.map(\.text) == [])
        }

        @Test("nothing is found beside clients, a key and verifiers that fit each other")
        func soundKeys() throws {
            let site = try site()
            try site.command("settings", "set", "ACCESS_TOKEN_LIFETIME", "86399")
            for name in ["reader", "asker", "former"] {
                try site.command("clients", "add", name, "--may", name == "asker" ? "introspect,revoke" : "feed")
            }
            try site.command("verifiers", "add", "proxy", "--pinned")
            try site.command("keys", "rotate", "--now", "--yes")
            #expect(try site.check().found.map(\.text) == [])
            try site.command("clients", "disable", "former")
            try site.command("clients", "remove", "reader")
            try site.command("settings", "unset", "ACCESS_TOKEN_LIFETIME")
            #expect(try site.check().found.map(\.text) == [], "nobody reads the feed")
        }

        @Test("on PostgreSQL the role has the rights that it needs, and no others")
        func postgres() throws {
            let postgres = try PostgresServer()
            try postgres.query("CREATE ROLE server LOGIN")
            let database = try postgres.makeDatabase(copying: "template1", "OWNER server")
            let url = postgres.url(database, "&user=server")
            #expect(try runCommand(["migrate", "--database-url", url]).exit == .code(0))
            func found(_ url: String) throws -> [Found] {
                let result = try runCommand(
                    [
                        "check", "--deploy", "--json", "--database-url", url, "--trusted-hops", "1",
                    ], environment: Self.wellConfigured.merging(["OSTIARY_SECRET_KEY": ServerProcess.secretKey]) { $1 })
                return try JSONDecoder().decode([Found].self, from: Data(result.stdout.utf8))
            }
            #expect(try found(url).map(\.text) == [])
            let keyless = try runCommand(["check", "--database-url", url])
            #expect(keyless.exit == .code(1) && keyless.stdout.contains("lost_key"))
            let faults = [
                (
                    "REVOKE DELETE, UPDATE ON ostiary_session FROM server", "missing_rights",
                    "ostiary_session (UPDATE, DELETE)"
                ),
                ("REVOKE ALL ON ostiary_migration FROM server", "missing_rights", "ostiary_migration (SELECT)"),
                ("ALTER ROLE server CREATEROLE REPLICATION", "powerful_role", "creates roles, replicates"),
                ("GRANT pg_execute_server_program TO server", "powerful_role", "executes programs"),
                ("GRANT CREATE ON SCHEMA public TO PUBLIC", "open_schema", "Every role may create functions"),
            ]
            for (fault, code, words) in faults {
                try postgres.query(fault, in: database)
                let found = try found(url)
                #expect(found.map(\.code) == [code] && found[0].text.contains(words), "\(fault): \(found)")
                try postgres.query(
                    """
                    GRANT ALL ON ALL TABLES IN SCHEMA public TO server; ALTER ROLE server NOCREATEROLE NOREPLICATION;
                    REVOKE pg_execute_server_program FROM server; REVOKE CREATE ON SCHEMA public FROM PUBLIC
                    """, in: database)
            }
            #expect(try found(url).map(\.text) == [])
            #expect(try found(postgres.url(database)).map(\.code) == ["powerful_role"])
            let careless = try PostgresServer(["fsync=off"])
            #expect(try runCommand(["migrate", "--database-url", careless.url()]).exit == .code(0))
            #expect(try found(careless.url()).map(\.code) == ["powerful_role", "no_fsync"])
        }
    }
}
