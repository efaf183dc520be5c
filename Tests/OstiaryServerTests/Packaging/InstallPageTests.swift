// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import OstiaryTestSupport
import Testing

extension EndToEnd.Alone {
    /// The page of the installation, followed on a machine with a real systemd.
    @Suite(.enabled(if: SystemdMachine.isPossible))
    struct InstallPage {
        @Test("its unit starts the server as its own user in its sandbox; the commands work, reload and upgrade too")
        func unit() throws {
            let page = try Page("docs/operating/install.md")
            let machine = try SystemdMachine(
                network: true, prepare: #"mkdir -p "$1/build"; cp "$2/program" "$1/build/ostiary""#,
                files: ["program": OstiaryBinary.path()])
            func follow(_ heading: String, block place: Int = 0, input: String = "") throws -> String {
                let block = try #require(page.blocks("sh", under: heading).dropFirst(place).first, "\(heading)")
                // The program is built, its libraries are there, and root needs no sudo, of which the other user is one.
                let lines = block.split(separator: "\n").filter { line in
                    !line.hasPrefix("make release") && !line.hasPrefix("sudo apt-get")
                }.map { line in
                    line.replacing("sudo -u ostiary", with: "setpriv --reuid ostiary --regid ostiary --clear-groups")
                        .replacing("sudo ", with: "").replacing(".build/release/ostiary", with: "/build/ostiary")
                }
                return try machine.bash(lines.joined(separator: "\n"), input: input)
            }
            func save(_ text: String?, _ path: String) throws {
                try machine.bash("cat >\(path)", input: #require(text))
            }
            _ = try follow("The program")
            let heading = "User, directory and configuration"
            _ = try follow(heading)
            try save(page.blocks("json", under: heading).first, "/etc/ostiary/ostiary.json")
            #expect(try follow(heading, block: 1) == "The configuration is valid.\n")
            try save(page.blocks("ini", under: "The unit").first, "/etc/systemd/system/ostiary.service")
            #expect(try follow("Start it").contains(#""status":"ready""#))

            let status = try machine.status
            for line in ["Seccomp:\t2", "CapEff:\t0000000000000000", "NoNewPrivs:\t1"] {
                #expect(status.contains("\n\(line)\n"), "\(status)")
            }
            let user = try machine.bash("id -u ostiary")
            #expect(status.contains("\nUid:\t\(user.dropLast())\t"), "\(status)")
            let exposure = try machine.bash("systemd-analyze security --threshold=20 --no-pager ostiary | tail -n 1")
            figure("systemd-analyze security, unit of the page", exposure)
            #expect(try follow("The first account", input: "\(WireClient.password)\n").contains("admin@example.com"))
            _ = try follow("TLS")
            #expect(try machine.journal.contains("settings read again"))
            // The watchdog of the page takes half a minute.
            try machine.bash(
                """
                mkdir -p /etc/systemd/system/ostiary.service.d
                printf '[Service]\\nRestartSec=100ms\\nWatchdogSec=2\\n' >/etc/systemd/system/ostiary.service.d/quick.conf
                systemctl daemon-reload; systemctl restart ostiary
                """)
            #expect(try machine.replacesStoppedProcess())
            #expect(try follow("Upgrade").contains(#""status":"ready""#))
        }
    }
}
