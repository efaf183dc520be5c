// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport
import Testing

/// The public symbols of the library products, as the compiler has written them into the debug build.
@Suite("Public symbols", .onItsOwnThread)
struct PublicSymbolTests {
    @Test("docs/api-symbols.txt lists the public symbols, and each of them has a documentation comment")
    func list() throws {
        let result = try CommandResult(
            "\(Page.root)/Scripts/public-api", ["--check", "--undocumented"],
            environment: Executable.inheritedEnvironment, within: 300)
        #expect(result.exit == .code(0), "\(result.stdout)\(result.stderr)")
    }
}
