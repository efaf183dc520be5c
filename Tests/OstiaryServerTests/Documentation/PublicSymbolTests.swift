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

    @Test("DocC makes pages of the articles and the symbols without a warning")
    func pages() throws {
        let folder = try TemporaryDirectory()
        let result = try CommandResult(
            "\(Page.root)/Scripts/documentation", [folder.file("pages")],
            environment: Executable.inheritedEnvironment, within: 300)
        #expect(result.exit == .code(0), "\(result.stdout.suffix(4_000))\(result.stderr.suffix(4_000))")
        for page in ["ostiary", "ostiary/embedding", "ostiarycore/requestcontext", "ostiaryverifier/verifier"] {
            #expect(!text(ofFile: folder.file("pages/documentation/\(page)/index.html")).isEmpty, "\(page)")
        }
    }
}
