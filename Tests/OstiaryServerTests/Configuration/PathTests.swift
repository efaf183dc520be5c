// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import OstiaryServer

@Suite("Paths")
struct PathTests {
    @Test(
        "the directory that holds a path",
        arguments: [
            ("/srv/ostiary/data", "/srv/ostiary"), ("/srv/ostiary/data//", "/srv/ostiary"), ("/data", "/"), ("/", "/"),
            ("//", "/"), ("data", "."), ("data/", "."), ("./data", "."), ("a//b", "a"), ("../x", ".."), ("", "."),
        ])
    func containing(path: String, directory: String) { #expect(path.containingDirectory == directory) }
}
