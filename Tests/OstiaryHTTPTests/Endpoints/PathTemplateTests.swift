// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import OstiaryCore
import Testing

@testable import OstiaryHTTP

@Suite("Paths with a part of the client's choice")
struct PathTemplateTests {
    private static let paths = [
        "/api/x/", "/api/x/{id}/", "/api/x/actions/", "/api/x/{id}/password/", "/api/x/{id}/also", "/api/{id}/y/",
        "/plain",
    ]
    private let values = Dictionary(
        Self.paths.flatMap { [($0, $0), (PathTemplate.bare($0), $0)] }, uniquingKeysWith: { first, _ in first })

    @Test(
        "a path finds its template, the exact one first",
        arguments: [
            ("/api/x/", "/api/x/", nil), ("/api/x", "/api/x/", nil), ("/api/x/7/", "/api/x/{id}/", "7"),
            ("/api/x/7", "/api/x/{id}/", "7"), ("/api/x/actions/", "/api/x/actions/", nil),
            ("/api/x/7/password/", "/api/x/{id}/password/", "7"),
            ("/api/x/a.b%20/password", "/api/x/{id}/password/", "a.b%20"),
            ("/api/x/actions/password/", "/api/x/{id}/password/", "actions"),
            ("/api/x/7/also", "/api/x/{id}/also", "7"),
            ("/api/x/y/", "/api/x/{id}/", "y"), ("/api/z/y", "/api/{id}/y/", "z"), ("/plain", "/plain", nil),
        ] as [(String, String, String?)])
    func found(path: String, template: String, argument: String?) throws {
        let found = try #require(PathTemplate.find(path[...], in: values))
        #expect(found.value == template && found.argument == argument)
    }

    @Test(
        "other paths find none",
        arguments: [
            "", "/", "//", "/api/x/actions//", "/api/x/7//", "/api/x/7/password//", "/api", "/api/x//",
            "/api/x//password/", "/api/x/7/8/", "/api/x/7/password/8/", "api/x/",
            "/API/x/", "/api/x/7/Password", "/plain/7",
        ])
    func unknown(path: String) { #expect(PathTemplate.find(path[...], in: values) == nil) }

    @Test("the text that is chosen has at most 64 bytes")
    func length() {
        for (count, isFound) in [(64, true), (65, false)] {
            let argument = String(repeating: "a", count: count)
            #expect((PathTemplate.find("/api/x/\(argument)/"[...], in: values) != nil) == isFound)
            #expect((PathTemplate.find("/api/x/\(argument)/password/"[...], in: values) != nil) == isFound)
        }
    }

    @Test("the place of {id} is one of the last two parts")
    func places() {
        #expect(Self.paths.allSatisfy(PathTemplate.isKnown))
        #expect(["/{id}/a/b/", "/a/{id}/{id}/"].allSatisfy { !PathTemplate.isKnown($0) })
    }

    @Test("an endpoint there is served, logged and counted by its template")
    func served() async throws {
        let operation = APIOperation(.get, "/api/x/{id}/part/", name: "Part", security: .public)
        let api = try TestAPI(
            extra: [Endpoint.public(operation) { call in Answer { $0.string(call.argument ?? "none") } }])
        #expect(try await api.ask(.get, "/api/x/7/part").body == #""7""#)
        #expect(try await api.ask(.get, "/api/x/7/").status == 404)
        let front = FrontResponder(api: api.responder, pages: nil)
        #expect(front.template(of: "/api/x/7/part/") == "/api/x/{id}/part/" && front.owns("/api/x/8/part"))
    }
}
