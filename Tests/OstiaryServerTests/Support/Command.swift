// SPDX-License-Identifier: Apache-2.0

import Glibc
import OstiaryTestSupport

enum OstiaryBinary {
    /// The product under test: beside the test bundle, or where `OSTIARY_TEST_BINARY` says.
    static func path() throws -> String {
        if let chosen = getenv("OSTIARY_TEST_BINARY") { return String(cString: chosen) }
        return try path(of: "ostiary")
    }

    /// A program of `Examples`: of the same build, or with `OSTIARY_EXAMPLES` as the package of the example has built it.
    static func path(ofExample name: String) throws -> String {
        guard getenv("OSTIARY_EXAMPLES") != nil else { return try path(of: name) }
        return "\(Page.root)/.build/examples/\(name.lowercased())/debug/\(name)"
    }

    /// Another program of the same build.
    static func path(of name: String) throws -> String {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink("/proc/self/exe", &buffer, buffer.count)
        guard count > 0 else { throw Failure("cannot read /proc/self/exe") }
        let bundle = String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let binary = bundle.prefix(through: bundle.lastIndex(of: "/") ?? bundle.startIndex) + name
        guard access(String(binary), X_OK) == 0 else { throw Failure("no executable at \(binary)") }
        return String(binary)
    }
}

/// Runs one command of the product to its end.
func runCommand(
    _ arguments: [String], environment: [String: String] = [:], input: String = "", within seconds: Double = 20
) throws -> CommandResult {
    try CommandResult(OstiaryBinary.path(), arguments, environment: environment, input: input, within: seconds)
}
