// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import OstiaryHTTP
import Testing

@testable import OstiaryWeb

@Suite("Places of the API")
struct DirectoryTests {
    private let operations = [
        APIOperation(.delete, "/api/x/", name: "X"), APIOperation(.get, "/api/x/", name: "X"),
        APIOperation(.post, "/api/x/", name: "X"), APIOperation(.delete, "/api/x/{id}/", name: "One"),
        APIOperation(.get, "/api/x/current/", name: "Current"), APIOperation(.get, "/plain", name: "Plain"),
    ]

    @Test("methods of a path stand in the usual order, whichever was declared first")
    func order() {
        #expect(place("/api/x/", among: operations)?.methods == ["GET", "POST", "DELETE"])
        #expect(place("/api/x", among: operations)?.methods == ["GET", "POST", "DELETE"], "without the last slash")
    }

    @Test("the last part may be any where the API says so, and a name of its own goes first")
    func arguments() {
        let one = place("/api/x/7", among: operations)
        #expect(one?.path == "/api/x/{id}/" && one?.argument == "7" && one?.methods == ["DELETE"])
        let current = place("/api/x/current/", among: operations)
        #expect(current?.path == "/api/x/current/" && current?.argument == nil)
        let hostile = place("/api/x/<b>&\u{301}/", among: operations)
        #expect(hostile?.argument == "<b>&\u{301}", "whatever it is; pages escape it")
    }

    @Test("one part in the middle may be any, too")
    func middle() {
        let operations = operations + [APIOperation(.post, "/api/x/{id}/password/", name: "Password")]
        for path in ["/api/x/7/password/", "/api/x/7/password"] {
            let found = place(path, among: operations)
            #expect(found?.path == "/api/x/{id}/password/" && found?.argument == "7" && found?.methods == ["POST"])
        }
        #expect(place("/api/x/7/", among: operations)?.path == "/api/x/{id}/")
        #expect(place("/api/x//password/", among: operations) == nil)
        let crumbs = Crumb.trail(to: "/api/x/7/password/", in: EndpointIndex(operations))
        #expect(crumbs.map(\.crumbName) == ["API", "X", "7", "Password"])
    }

    @Test("other paths are no place", arguments: ["", "/", "/api/", "/api/x//", "/api/x/7/8/", "/API/x/", "api/x/"])
    func nowhere(path: String) {
        #expect(place(path, among: operations) == nil)
    }

    @Test("a path goes into a query whole")
    func encoding() {
        #expect(percentEncoded("/a b&c=é~-._9") == "%2Fa%20b%26c%3D%C3%A9~-._9")
        #expect("/a".withSlash == "/a/" && "/a/".withSlash == "/a/" && "".withSlash == "/")
    }
}
