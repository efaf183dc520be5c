// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import OstiaryServer
import OstiaryTestSupport
import Testing

extension EndToEnd {
    /// The manual pages, which are made from what the program tells of itself.
    @Suite struct Manual {
        private static let pages = Result {
            let directory = try TemporaryDirectory()
            let made = try CommandResult(
                Executable.required("python3", package: "python3"),
                ["\(Page.root)/Packaging/make/manual.py", OstiaryBinary.path(), directory.path],
                environment: Executable.inheritedEnvironment, within: 120)
            guard made.exit == .code(0) else { throw Failure("\(made)") }
            return directory
        }

        private let directory: TemporaryDirectory
        private let mandoc: String

        init() throws {
            directory = try Self.pages.get()
            mandoc = try Executable.required("mandoc", package: "mandoc")
        }

        /// The items of a list of the page, with the texts behind them.
        private func terms(_ name: String) -> [Substring: String] {
            let items = text(ofFile: directory.file(name)).replacing("\\-", with: "-").split(separator: "\n.It Cm ")
                .dropFirst()
            return Dictionary(
                items.map { item in
                    let end = item.firstIndex(of: "\n") ?? item.endIndex
                    return (item[..<end], String(item[end...]).replacing("\n", with: " "))
                }, uniquingKeysWith: { first, _ in first })
        }

        @Test("mandoc has nothing to say")
        func lint() throws {
            // It looks for the pages that these name in the folder where it runs.
            let said = try CommandResult(
                "/bin/sh", ["-c", "cd \"$1\" && \"$0\" -T lint ostiary.1 ostiary.json.5", mandoc, directory.path],
                within: 60)
            #expect(said.exit == .code(0) && said.stdout.isEmpty && said.stderr.isEmpty, "\(said)")
        }

        /// The flags that each section of the page has as items.
        private func items() -> [Substring: Set<String>] {
            var found: [Substring: Set<String>] = [:]
            var section: Substring = ""
            for line in text(ofFile: directory.file("ostiary.1")).split(separator: "\n") {
                if line.hasPrefix(".Ss ") || line.hasPrefix(".Sh ") {
                    section = line.dropFirst(4).prefix { $0 != "," }
                    if section.last == " " { section.removeLast() }
                    found[section] = []
                } else if line.hasPrefix(".It ") {
                    found[section]?.formUnion(line.matches(of: #/Fl -(?<flag>[a-z-]+)/#).map { "--\($0.output.flag)" })
                }
            }
            return found
        }

        @Test("ostiary(1) has each command, and each flag that its help has")
        func flags() throws {
            let items = items()
            let common = try #require(items["FLAGS OF ALL COMMANDS"])
            #expect(common == ["--help", "--version"])
            var commands: [[String]] = [[]]
            var flags = 0
            while let command = commands.popLast() {
                let name = command.joined(separator: " ")
                let section = command.isEmpty ? common : try #require(items[name[...]], "no section \(name)")
                let help = try runCommand(command + ["--help"]).stdout
                let parts = help.split(separator: "SUBCOMMANDS:", maxSplits: 1)
                for line in parts.dropFirst().first?.split(separator: "\n") ?? [] {
                    guard let sub = line.prefixMatch(of: #/  (?<name>[a-z-]+)/#)?.output.name else { continue }
                    commands.append(command + [String(sub)])
                }
                for line in parts[0].split(separator: "\n") {
                    guard let flag = line.prefixMatch(of: #/  (-[a-z], )?(?<name>--[a-z-]+)/#)?.output.name else {
                        continue
                    }
                    flags += 1
                    #expect(section.contains(String(flag)) || common.contains(String(flag)), "\(name): \(flag)")
                }
            }
            figure("flags of commands in the manual page", flags)
            #expect(items.count > 45 && flags > 200)
        }

        @Test("ostiary.json(5) has each key and each setting, and the packaged file each key")
        func keys() throws {
            let terms = terms("ostiary.json.5")
            let sample = try runCommand(["config", "sample"]).stdout
            for key in ConfigurationKey.all where key != .config {
                #expect(terms[key.name[...]]?.contains(key.variable) == true, "\(key.name)")
                #expect(sample.contains("\"//\(key.name)\""), "\(key.name)")
            }
            let settings = try SharedServers.ordinary().command(["settings", "list", "--json"]).stdout
            let names = settings.matches(of: #/"name":"(?<name>[A-Z_]+)"/#).map { String($0.output.name) }
            #expect(names.count > 20)
            for name in names { #expect(terms[name[...]]?.contains("Range: ") == true, "\(name)") }
            #expect(terms.count == ConfigurationKey.all.count - 1 + names.count)
        }
    }
}
