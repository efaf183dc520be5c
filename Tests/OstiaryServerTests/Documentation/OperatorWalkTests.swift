// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import OstiaryTestSupport
import Testing

extension EndToEnd {
    /// The commands of the operators' pages for one machine, run in the order of the pages.
    @Suite struct OperatorWalks {
        private static let config = "/etc/ostiary/ostiary.json"
        private let install = Result { try Page("docs/operating/install.md") }

        private func sh(_ page: Page, _ heading: String, at place: Int = 0) throws -> String {
            try #require(page.blocks("sh", under: heading).dropFirst(place).first, "\(page.path): \(heading)")
        }

        /// A machine with a server, set up as the page says.
        private func machine() throws -> OperatorMachine {
            let install = try install.get()
            let machine = try OperatorMachine()
            try machine.run(sh(install, "User, directory and configuration"))
            let json = try install.blocks("json", under: "User, directory and configuration")
            try machine.save(#require(json.first), as: Self.config)
            let valid = try machine.run(sh(install, "User, directory and configuration", at: 1))
            #expect(valid == "The configuration is valid.\n")
            try machine.run(sh(install, "Start it"))
            return machine
        }

        @Test("install: from the configuration to the first account, the check and an upgrade")
        func installing() throws {
            let install = try install.get()
            let machine = try machine()
            let shown = try machine.run(sh(install, "The first account"), input: "\(WireClient.password)\n")
            #expect(shown.contains("Superuser created successfully.") && shown.contains("admin@example.com"))
            let tokens = try machine.client.tokens("admin@example.com")
            #expect(try machine.client.me(tokens.access).status == 200)
            try machine.run(sh(install, "Before others can reach it"))
            try machine.run(sh(install, "Upgrade"))
            #expect(try machine.client.me(tokens.access).status == 200)
            let copy = machine.here("/var/lib/ostiary/before-upgrade.sqlite3")
            #expect(FileManager.default.fileExists(atPath: copy))
        }

        @Test("install: the server speaks https by itself, and reads a renewed certificate")
        func https() throws {
            let install = try install.get()
            let machine = try OperatorMachine()
            let authority = try CertificateAuthority(in: machine.directory)
            func renew() throws {
                let made = try authority.certificate(for: "id.example.com")
                for (file, name) in [(made.file, "certificate.pem"), (made.key, "key.pem")] {
                    try machine.save(text(ofFile: file), as: "/etc/ostiary/\(name)")
                }
            }
            try renew()
            let json = try #require(install.blocks("json", under: "TLS").first)
            try machine.save(json.replacing("\"port\": 8443", with: "\"port\": \(machine.port)"), as: Self.config)
            try machine.run("sudo systemctl start ostiary")
            let curl = Curl(trusting: authority.file, host: "id.example.com")
            func isReady() throws -> Bool? {
                try waitUntil(20) { try curl.exchange(machine.port, "/readyz")?.status == 200 ? true : nil }
            }
            #expect(try isReady() == true, "\(machine.log)")
            try renew()
            try machine.run(sh(install, "TLS"))
            let told: Bool? = waitUntil(20) {
                machine.log.contains("certificate and settings read again") ? true : nil
            }
            #expect(told == true, "\(machine.log)")
            #expect(try isReady() == true)
        }

        @Test(
            "install: systemd has nothing to say against the unit",
            .enabled(if: Executable.named("systemd-analyze") != nil))
        func unit() throws {
            let systemd = try #require(Executable.named("systemd-analyze"))
            let machine = try OperatorMachine()
            let file = machine.directory.file("ostiary.service")
            try Data(machine.here(OperatorMachine.unit).utf8).write(to: URL(filePath: file))
            let result = try CommandResult(
                systemd, ["verify", "--man=no", "--recursive-errors=no", file],
                environment: Executable.inheritedEnvironment, within: 60)
            #expect(result.exit == .code(0) && !result.stderr.contains("ostiary.service:"), "\(result)")
        }

        @Test("backup and restore: a copy with the keys brings everything back")
        func restoring() throws {
            let page = try Page("docs/operating/backup-and-restore.md")
            let machine = try machine()
            let (email, tokens) = try machine.client.newSession()
            try machine.run(sh(page, "Back up (SQLite)"))
            let later = try machine.client.newSession().email
            // The keys are lost as well.
            try machine.run("rm /var/lib/ostiary/secret.key /var/lib/ostiary/root.key")
            try machine.run("cp -p /var/backups/ostiary/secret.key /var/backups/ostiary/root.key /var/lib/ostiary/")
            let said = try machine.run(sh(page, "Restore (SQLite)"))
            #expect(said.contains("Restored") && said.contains("ostiary.sqlite3.before-"))
            #expect(try machine.client.me(tokens.access).member("email") == email)
            #expect(try machine.client.login(later).status == 401, "made after the copy")
        }

        @Test("replace the key: on one machine, while the server runs and after a stop")
        func key() throws {
            let page = try Page("docs/operating/replace-the-key.md")
            let machine = try machine()
            var tokens = try machine.client.newSession().tokens
            for heading in ["One machine, without a stop", "One machine, with a stop"] {
                try machine.run(sh(page, heading))
                let refused: Bool? = waitUntil(20) {
                    (try? machine.client.me(tokens.access).status) == 401 ? true : nil
                }
                #expect(refused == true, "\(heading): \(machine.log)")
                tokens = try Tokens(machine.client.refresh(tokens.refresh))
                #expect(try machine.client.me(tokens.access).status == 200, "\(heading)")
            }
            #expect(machine.log.contains("the signing key was replaced"))
            #expect(try machine.run("ostiary audit list --config \(Self.config)").contains("key_forgotten"))
        }
    }
}
