// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import OstiaryTestSupport
import Testing

extension EndToEnd {
    /// What the guide for tests says, as it is written there.
    @Suite struct TestingGuide {
        private let page: Page
        private let reader: Reader

        init() throws {
            page = try Page("docs/guides/testing.md")
            reader = try Reader(port: 0)
        }

        private var files: [String] {
            get throws { try FileManager.default.contentsOfDirectory(atPath: reader.folder.path) }
        }

        @Test("a script starts a server of its own, and leaves nothing")
        func script() throws {
            let start = page.blocks("sh")
            let transcripts = page.blocks("console")
            try #require(start.count == 1 && transcripts.count == 2)
            try reader.follow(transcripts, after: ["export TMPDIR='\(reader.folder.path)'"] + start)
            #expect(try files.isEmpty)
        }

        @Test("the programs in Python print what their comments say")
        func python() throws {
            try reader.copy(client: "session.py")
            try reader.runProgram(page.blocks("python"), with: "python3", as: "guide.py")
        }

        @Test("the server in the process of a test answers there")
        func swift() async throws {
            let source = text(ofFile: "\(Page.root)/Tests/OstiaryServerTests/Documentation/InProcessServer.swift")
            #expect(source.hasSuffix("Apache-2.0\n\n" + (try #require(page.blocks("swift").first))))
            #expect(page.blocks("swift").count == 1)
            var status: Int?
            try await withOstiary(in: reader.folder.file("data")) { url in
                let port = try #require(url.split(separator: ":").last.flatMap { UInt16($0) })
                status = try WireClient(port: port).register(freshEmail()).status
            }
            #expect(status == 200)
        }

        @Test("every variable of the guide is one that the server knows")
        func variables() throws {
            let names = Set(page.text.matches(of: #/OSTIARY_[A-Z_]+=\S*[a-z0-9]/#).map { String($0.output) })
            #expect(names.count >= 4)
            let result = try reader.bash(
                "\(names.joined(separator: " ")) ostiary config check --data-dir '\(reader.folder.path)/new'")
            #expect(result.exit == .code(0) && !result.stderr.contains("unknown"), "\(result)")
        }
    }
}
