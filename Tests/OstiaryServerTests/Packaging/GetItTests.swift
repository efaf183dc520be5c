// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import Glibc
import OstiaryTestSupport
import Testing

extension EndToEnd.Alone.Packages {
    /// The table "Get it" of the README, row by row as it is written there.
    @Suite(.enabled(if: SystemdMachine.isPossible && PackageFolder.tree != nil))
    struct GetIt {
        /// The commands of the row that begins so.
        private func commands(_ way: String) throws -> [String] {
            let part = try #require(Page("README.md").text.split(separator: "\n## Get it\n").last)
            let row = try #require(part.split(separator: "\n").first { $0.hasPrefix("| \(way)") })
            let commands = row.matches(of: #/`(?<command>[^`]+)`/#).map { String($0.output.command) }
            #expect(commands.count == 3, "\(row)")
            return commands
        }

        @Test("the package")
        func package() throws {
            let commands = try commands("[package]").map { $0.replacing("sudo ", with: "") }
            let machine = try SystemdMachine(
                tree: #require(PackageFolder.tree), network: true, prepare: #"cp "$2"/*.deb "$1/root/""#,
                files: [String(PackageFolder.file(".deb").split(separator: "/").last ?? ""): PackageFolder.file(".deb")]
            )
            try machine.bash("cd /root; \(commands[0])")
            #expect(try machine.bash(commands[1]).contains("Active: active (running)"))
            let asked = try machine.runOutside(["sh", "-c", commands[2]])
            #expect(asked.stdout.hasPrefix(#"{"status":"ready""#), "\(asked)")
            let page = try Page("docs/operating/packages.md").blocks("sh", under: "The Debian package").first
            #expect(try page == self.commands("[package]").joined(separator: "\n") + "\n")
        }

        @Test("the image")
        func image() throws {
            let commands = try commands("[image]")
            let directory = try TemporaryDirectory()
            let drivers = "\(Page.root)/Tests/OstiaryServerTests/Packaging/Drivers"
            let script = """
                docker() { python3 '\(drivers)/engine.py' "$@"; }
                curl() { nsenter -t "$(cat "$ENGINE/pid")" -n curl "$@"; }
                cd "$OSTIARY_PACKAGES"
                \(commands.joined(separator: "\n"))
                """
            var environment = Executable.inheritedEnvironment
            environment["ENGINE"] = directory.path
            let result = try CommandResult(
                "/bin/bash", ["-euo", "pipefail", "-c", script], environment: environment, within: 120)
            defer { if let parent = pid_t(text(ofFile: directory.file("parent"))) { kill(parent, SIGKILL) } }
            #expect(result.exit == .code(0), "\(result)")
            #expect(result.stdout.contains("Loaded image: ostiary:"), "\(result)")
            #expect(result.stdout.contains(#"{"status":"ready""#), "\(result)")
            let page = try Page("docs/operating/packages.md").blocks("sh", under: "The image").first
            #expect(page == commands.joined(separator: "\n") + "\n")
        }

        @Test("the source")
        func source() throws {
            let commands = try commands("source")
            #expect(commands[0] == "make release")
            #expect(text(ofFile: "\(Page.root)/Makefile").contains("\nrelease: "))
            let machine = try SystemdMachine(
                network: true, prepare: #"install -D "$2/ostiary" "$1/tmp/.build/release/ostiary""#,
                files: ["ostiary": "\(Page.root)/.build/release/ostiary"])
            let said = try machine.bash(
                "cd /tmp; \(commands[1]) >/dev/null & server=$!; \(commands[2]); kill $server; wait $server")
            #expect(said.contains(#"{"status":"ready""#), "\(said)")
        }
    }
}
