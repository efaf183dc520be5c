// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import OstiaryTestSupport
import Testing

extension EndToEnd.Alone.Packages {
    /// The archive with `install.sh`, on a fresh Debian 12 with a real systemd.
    @Suite(.enabled(if: SystemdMachine.isPossible && PackageFolder.tree != nil))
    struct Tarball {
        @Test("install.sh copies, keeps a configuration, starts nothing, and names a library that is missing")
        func installing() throws {
            let machine = try SystemdMachine(
                tree: #require(PackageFolder.tree), network: true,
                prepare: "mkdir \"$1/packages\"; tar -xf \"$2/archive\" -C \"$1/packages\" --strip-components=1",
                files: ["archive": PackageFolder.file("-linux-amd64.tar.gz")])
            let server = PackageServer(
                curl: { try machine.runOutside($0, input: $1) }, address: "http://127.0.0.1:8000")
            #expect(try machine.bash("/packages/install.sh").contains("/etc/ostiary/ostiary.json\n"))
            #expect(try machine.property("ActiveState") == "inactive")
            try machine.bash("systemctl daemon-reload; systemctl start ostiary")
            #expect(try server.ask("GET", "/readyz").status == 200)

            // A program that runs is replaced, and a configuration is not.
            try machine.bash("echo '{\"data-dir\": \"/var/lib/ostiary\"}' >/etc/ostiary/ostiary.json")
            let again = try machine.bash("/packages/install.sh; cat /etc/ostiary/ostiary.json")
            #expect(again.contains("is kept as it is.\n{\"data-dir\": \"/var/lib/ostiary\"}\n"), "\(again)")
            try machine.bash("systemctl restart ostiary")
            #expect(try server.ask("GET", "/readyz").status == 200)

            let elsewhere = try machine.bash(
                "DESTDIR=/tmp/tree PREFIX=/opt/ostiary /packages/install.sh; find /tmp/tree -type f")
            for file in [
                "opt/ostiary/bin/ostiary", "opt/ostiary/lib/systemd/system/ostiary.service", "etc/ostiary/ostiary.json",
            ] {
                #expect(elsewhere.contains("/tmp/tree/\(file)\n"), "\(elsewhere)")
            }
            #expect(
                try machine.bash("grep ExecStart= /tmp/tree/opt/ostiary/lib/systemd/system/ostiary.service")
                    .contains("/opt/ostiary/bin/ostiary serve"))

            try machine.bash("dpkg --force-depends --remove libpq5")
            let refused = try machine.run("/packages/install.sh")
            #expect(refused.exit == .code(69) && refused.stdout.isEmpty, "\(refused)")
            #expect(
                refused.stderr.contains("libpq.so.5") && refused.stderr.contains("apt-get install libpq5"), "\(refused)"
            )
            let service = try machine.run("systemctl", "restart", "ostiary")
            #expect(try service.exit != .code(0) && machine.property("ExecMainStatus") == "127")
        }
    }
}
