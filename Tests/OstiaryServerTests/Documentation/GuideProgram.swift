// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import OstiaryTestSupport
import Testing

/// The Swift code of a guide as a function of `ClientPrograms`. `OSTIARY_WRITE_TABLES=1` writes the function anew.
struct GuideProgram {
    let page: Page
    let name: String

    private var file: String { "\(Page.root)/Tests/OstiaryServerTests/Clients/Drivers/\(name).swift" }

    /// The source of the function: its imports are those of the blocks, and the server is a parameter.
    private var source: String {
        let lines = page.blocks("swift").joined(separator: "\n").split(
            separator: "\n", omittingEmptySubsequences: false)
        let imports = lines.filter { $0.hasPrefix("import ") }.map(String.init).sorted()
        let body = lines.filter { !$0.hasPrefix("import ") }.drop(while: \.isEmpty).map { line in
            line.isEmpty ? "" : "    " + line.replacing("\"http://127.0.0.1:8000\"", with: "server")
        }
        let head = [
            "// SPDX-License-Identifier: Apache-2.0", "",
            "// Made from \(page.path) by ApplicationGuideTests with OSTIARY_WRITE_TABLES=1.",
        ]
        let function = "func \(name.prefix(1).lowercased())\(name.dropFirst())(_ server: String) async throws {"
        var text = (head + imports + ["", function] + body).joined(separator: "\n")
        while text.hasSuffix("\n") { text.removeLast() }
        return text.replacing("\n\n\n", with: "\n\n") + "\n}\n"
    }

    /// Compares the function with the guide, runs it, and compares what it prints with the guide.
    func run(at port: UInt16) throws {
        if environmentNumber("OSTIARY_WRITE_TABLES") == 1 {
            try Data(source.utf8).write(to: URL(filePath: file))
        }
        #expect(text(ofFile: file) == source, "OSTIARY_WRITE_TABLES=1 writes the function anew; then build again")
        let folder = try TemporaryDirectory()
        let program = try OstiaryBinary.path(of: "ClientPrograms")
        let command = "cd '\(folder.path)' && '\(program)' http://127.0.0.1:\(port) session 20 \(name)"
        let result = try CommandResult(
            "/bin/bash", ["-c", command], environment: Executable.inheritedEnvironment, within: 60)
        #expect(result.exit == .code(0), "\(result)")
        let promised = Reader.promised(by: source)
        #expect(!promised.isEmpty && Transcript.agrees(result.stdout, with: promised), "\(result)")
    }
}
