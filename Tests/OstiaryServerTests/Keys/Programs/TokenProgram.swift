// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import OstiaryTestSupport

/// A program of Debian that checks access tokens by itself, as its part of the page says.
protocol TokenProgram {
    /// The name in the table, with the version that runs.
    var name: String { get }
    /// True if it lets somebody in with this token.
    func accepts(_ token: String) throws -> Bool
}

/// Packages that `Scripts/test-services` has unpacked.
enum UnpackedPackages {
    private static let root = "\(Page.root)/.build/packages"

    /// A file or a folder of a package.
    static func path(_ package: String, _ file: String) throws -> String {
        let path = "\(root)/\(package)/\(file)"
        guard FileManager.default.fileExists(atPath: path) else {
            throw Failure("\(package) is not unpacked: Scripts/test-services")
        }
        return path
    }

    /// The value of `LD_LIBRARY_PATH` for the libraries of packages.
    static func libraries(_ packages: [String]) throws -> String {
        try packages.flatMap { package in
            let folder = try path(package, "usr/lib")
            return try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix("-linux-gnu") }
                .map { "\(folder)/\($0)" }
        }.joined(separator: ":")
    }
}

/// A file of the page with the changes that every reader makes.
struct ProgramFile {
    private(set) var text: String

    /// - Parameter number: of the blocks of the language under the heading.
    init(_ language: String, _ number: Int = 0, under heading: String) throws {
        let blocks = try Page("docs/guides/other-programs.md").blocks(language, under: heading)
        guard number < blocks.count else { throw Failure("no \(language) under \(heading)") }
        text = blocks[number]
    }

    /// Replaces a text that is there, wherever it stands.
    mutating func replace(_ old: String, by new: String) throws {
        guard text.contains(old) else { throw Failure("the page does not have \(old)") }
        text = text.replacing(old, with: new)
    }

    func write(to path: String) throws { try writeFile(text, to: path) }
}

/// Writes a file of a program.
func writeFile(_ text: String, to path: String) throws {
    guard FileManager.default.createFile(atPath: path, contents: Data(text.utf8)) else {
        throw Failure("cannot write \(path)")
    }
}
