// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import Glibc
import OstiaryTestSupport
import Testing

extension EndToEnd {
    /// The commands of the README and of the guide for newcomers, in a folder that has the program but no data.
    @Suite struct FirstMinutes {
        private let folder: TemporaryDirectory
        private let port: UInt16
        private let reader: Reader

        init() throws {
            folder = try TemporaryDirectory()
            port = try FreePorts.next()
            reader = try Reader(port: port, in: folder)
            let binary = try OstiaryBinary.path()
            try FileManager.default.createDirectory(
                atPath: folder.file(".build/debug"), withIntermediateDirectories: true)
            try FileManager.default.createSymbolicLink(
                atPath: folder.file(".build/debug/ostiary"), withDestinationPath: binary)
        }

        /// Starts what `make run` starts when everything is installed and built, and waits until it is ready.
        private func makeRun() throws -> ChildProcess {
            let make = try Executable.required("make", package: "make")
            let environment = ["PATH": "/usr/bin:/bin"]
            let recipe = try CommandResult(make, ["-n", "-C", Page.root, "run"], environment: environment)
            let lines = recipe.stdout.split(separator: "\n").filter { $0.contains(".build/debug/ostiary") }
            #expect(lines.count == 2 && lines.last?.hasPrefix("exec ") == true, "\(recipe)")
            let script = (["set -e", "cd '\(folder.path)'"] + lines.map(String.init)).joined(separator: "\n")
            // The pages' port may be taken on this machine.
            let server = try ChildProcess(
                "/bin/bash", ["-c", script], environment: environment.merging(["OSTIARY_PORT": "\(port)"]) { $1 },
                output: folder.file("out"), errors: folder.file("err"))
            let isReady: Bool? = waitUntil(60) { WireClient.readiness(port) == 200 ? true : nil }
            #expect(isReady == true && text(ofFile: folder.file("out")).contains("is ready"), "\(log)")
            return server
        }

        private var log: String { text(ofFile: folder.file("out")) + text(ofFile: folder.file("err")) }

        @Test("README: its commands run as they are written")
        func readme() throws {
            let server = try makeRun()
            defer { server.killNow() }
            try reader.follow(Page("README.md").blocks("console"))
        }

        @Test("the first ten minutes: its commands run as they are written")
        func guide() throws {
            let page = try Page("docs/guides/first-ten-minutes.md")
            #expect(try page.blocks("sh", under: "Start it") == ["make run\n"])
            #expect(page.blocks("sh").count == 2, "each is run")
            let server = try makeRun()
            defer { server.killNow() }
            try reader.follow(page.blocks("console"))

            let client = WireClient(port: port)
            // Logins are limited here: a refused one is tried again.
            let shortened: Bool? = try waitUntil(60, every: 1_000_000) {
                guard let tokens = try? client.tokens("first@example.com", "securepassword") else { return nil }
                let token = try AccessToken(tokens.access)
                guard let issue = token["iat"].flatMap({ Int($0) }), let end = token["exp"].flatMap({ Int($0) })
                else { throw Failure("a token without times") }
                return end - issue == 600 ? true : nil
            }
            #expect(shortened == true, "a lifetime that is changed is in force while the server runs")
            let links = page.text.matches(of: #/<http://127\.0\.0\.1:8000(?<path>[^>]*)>/#).map(\.output.path)
            #expect(links.count == 3)
            for path in links {
                let answer = try client.exchange(WireRequest("GET", String(path), [("Accept", "text/html")]))
                #expect(answer.status == 200 && answer.text.contains("<title>"), "\(path)")
            }

            server.send(signal: SIGINT)
            #expect(server.exit(within: 30) == .code(0), "\(log)")
            let removal = try page.blocks("sh", under: "Where the data is, and how to throw it away")
            #expect(try reader.bash("cd '\(folder.path)'\n\(removal.joined())").exit == .code(0))
            let again = try makeRun()
            defer { again.killNow() }
            #expect(try client.register("first@example.com").integer("id") == 1, "nothing is left")
        }

        @Test("the first ten minutes: it names each package that make run installs")
        func packages() throws {
            let script = text(ofFile: "\(Page.root)/Scripts/system-libraries")
            let page = try Page("docs/guides/first-ten-minutes.md").text
            let packages = script.matches(of: #/\[(?<name>[a-z0-9-]+)\]=|missing\+=\((?<other>[a-z][a-z0-9-]+)\)/#)
                .compactMap { $0.output.name ?? $0.output.other }
            #expect(packages.count == 4)
            for package in packages { #expect(page.contains("`\(package)`"), "\(package)") }
        }
    }
}
