// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import OstiarySQL
import OstiarySQLite
import OstiaryTestSupport
import Testing

extension EndToEnd.Alone.Packages.Debian {
    /// The package of a later version: the same program under another number.
    private func later(in directory: TemporaryDirectory) throws -> String {
        let made = try PackageFolder.make("--only", "deb", "--version", "99.0.0", "--output", directory.path)
        #expect(made.exit == .code(0), "\(made)")
        return directory.file("ostiary_99.0.0-1_amd64.deb")
    }

    @Test("an upgrade restarts the server, sessions and the configuration live on; over a newer database it refuses")
    func upgrade() throws {
        let directory = try TemporaryDirectory()
        let machine = try machine(["now.deb": PackageFolder.file(".deb"), "later.deb": later(in: directory)])
        let server = server(machine)
        try machine.bash("dpkg -i /packages/now.deb")
        let tokens = try server.session("first@example.com")
        let first = try machine.property("MainPID")
        try machine.bash(
            """
            sed -i 's|"//log-format": "text"|"log-format": "json"|' /etc/ostiary/ostiary.json
            dpkg -i /packages/later.deb
            dpkg-query --show ostiary | grep -F 99.0.0-1
            grep -F '"log-format": "json"' /etc/ostiary/ostiary.json
            """)
        #expect(try machine.property("ActiveState") == "active")
        #expect(try machine.property("MainPID") != first)
        #expect(try server.ask("GET", "/api/me/", bearer: tokens.member("access_token")).status == 200)
        #expect(try server.refresh(#require(tokens.member("refresh_token"))).status == 200)

        // A disabled and stopped service stays so.
        try machine.bash("systemctl disable --now ostiary; dpkg -i /packages/later.deb")
        #expect(try machine.run("systemctl", "is-enabled", "ostiary").stdout == "disabled\n")
        try machine.bash("systemctl enable --now ostiary")

        // A release of the future migrates the database; this one refuses it, and its copy brings it back.
        try machine.bash("ostiary backup /var/lib/ostiary/copy.sqlite3 \(Self.configuration); systemctl stop ostiary")
        let (database, copy) = (machine.path("\(Self.data)/ostiary.sqlite3"), directory.file("copy"))
        try FileManager.default.copyItem(atPath: database, toPath: copy)
        try SQLiteConnection(path: copy, role: .copy, busyTimeout: 100)
            .execute("INSERT INTO ostiary_migration (name, applied_at) VALUES ('9999_future', 1)")
        // The file stays that of the service.
        #expect(try PackageFolder.run("cp", [copy, database]).exit == .code(0))
        let back = try machine.run("dpkg", "-i", "/packages/now.deb")
        #expect(back.exit == .code(0), "the package is there, though its server does not run: \(back)")
        #expect(try machine.property("ActiveState") != "active")
        let journal = try machine.journal
        #expect(journal.contains("newer release"), "\(journal)")
        try machine.bash(
            """
            systemctl stop ostiary; systemctl reset-failed ostiary || true
            ostiary restore /var/lib/ostiary/copy.sqlite3 \(Self.configuration)
            systemctl start ostiary
            """)
        #expect(try server.ask("GET", "/api/me/", bearer: tokens.member("access_token")).status == 200)
    }

    @Test("secrets come as credentials; a wrong one is told in a line, with exit code 78")
    func credentials() throws {
        let machine = try machine(["now.deb": PackageFolder.file(".deb")])
        try machine.bash(
            """
            dpkg -i /packages/now.deb
            echo 'a-secret-key-for-the-machine-of-the-test-0123456789' >/etc/ostiary/secret-key
            chmod 0600 /etc/ostiary/secret-key
            mkdir -p /etc/systemd/system/ostiary.service.d
            cat >/etc/systemd/system/ostiary.service.d/key.conf <<'end'
            [Service]
            LoadCredential=secret-key:/etc/ostiary/secret-key
            Environment=OSTIARY_SECRET_KEY_FILE=%d/secret-key
            end
            rm -rf \(Self.data)/*
            systemctl daemon-reload; systemctl restart ostiary
            """)
        #expect(try server(machine).ask("GET", "/readyz").status == 200)
        #expect(try !machine.bash("ls \(Self.data)").contains("secret.key"))
        try machine.bash("echo short >/etc/ostiary/secret-key")
        #expect(try machine.run("systemctl", "restart", "ostiary").exit != .code(0))
        #expect(try machine.property("ExecMainStatus") == "78")
        #expect(try machine.journal.contains("secret-key (--secret-key, OSTIARY_SECRET_KEY) must be at least 32 bytes"))
        #expect(try machine.property("NRestarts") == "0")
    }

    @Test("a data directory that the sandbox does not open is told in a line, with exit code 73")
    func directory() throws {
        let machine = try machine(["now.deb": PackageFolder.file(".deb")])
        try machine.bash(
            """
            dpkg -i /packages/now.deb
            sed -i 's|"/var/lib/ostiary"|"/srv/ostiary"|' /etc/ostiary/ostiary.json
            """)
        #expect(try machine.run("systemctl", "restart", "ostiary").exit != .code(0))
        #expect(try machine.property("ExecMainStatus") == "73")
        let journal = try machine.journal
        #expect(journal.contains("The data directory /srv/ostiary cannot be used: Read-only file system"), "\(journal)")
    }
}
