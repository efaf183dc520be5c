// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport
import Testing

extension EndToEnd {
    /// A server that clients reach under a path.
    @Suite struct PublicPath {
        private static let server = Result {
            try ServerProcess(["--public-url", "http://127.0.0.1/id", "--access-log", "on"])
        }

        /// The targets of all links, forms and files of a page.
        private func targets(of page: WireAnswer) -> [String] {
            page.text.matches(of: /(?:href|src|action)="([^"]*)"/).map { String($0.output.1) }
                .filter { !$0.hasPrefix("#") && $0 != "/id/logout/" }
        }

        @Test("pages refer to nothing outside of the path, and all that they refer to exists")
        func links() throws {
            let visitor = PageVisitor(port: try Self.server.get().port)
            let email = freshEmail()
            try WireClient(port: visitor.port).enrol(email)
            try visitor.open("/id/login/")
            let login = [("email", email), ("password", WireClient.password), ("next", "/api/sessions/")]
            let next = try visitor.send("/id/login/", login)
            #expect(next.status == 303 && next["Location"] == "/id/api/sessions/")
            #expect(next.values("Set-Cookie").allSatisfy { $0.contains("; Path=/id;") })
            var (waiting, seen) = (["/id/"], Set(["/id/"]))
            while let path = waiting.popLast() {
                let page = try visitor.open(String(path.prefix { $0 != "#" }))
                // The visitor is no member of the staff.
                let isStaffOnly = path.hasPrefix("/id/api/admin/") && page.status == 403
                #expect([200, 204, 401, 405].contains(page.status) || isStaffOnly, "\(path): \(page)")
                // The description of the server has whole URLs, which are below the same path.
                for target in targets(of: page) where !target.hasPrefix("http://127.0.0.1/id") {
                    #expect(target.hasPrefix("/id/"), "\(path) refers to \(target)")
                    if seen.insert(target).inserted { waiting.append(target) }
                }
            }
            #expect(seen.count > 25 && seen.contains("/id/api/me/") && seen.contains("/id/docs/errors/#throttled"))
            let logout = try visitor.send("/id/logout/", [])
            #expect(logout.status == 303 && logout["Location"] == "/id/api/")
        }

        @Test("the API names itself by the path")
        func api() throws {
            let client = WireClient(port: try Self.server.get().port)
            let (_, tokens) = try client.newSession()
            #expect(try AccessToken(tokens.access)["iss"] == #""http://127.0.0.1/id""#)
            for prefix in ["", "/id"] {
                let me = [("Authorization", "Bearer \(tokens.access)")]
                #expect(try client.exchange(WireRequest("GET", "\(prefix)/api/me/", me)).status == 200)
                #expect(try client.exchange(WireRequest("GET", "\(prefix)/readyz")).status == 200)
                let problem = try client.exchange(
                    WireRequest("GET", "\(prefix)/api/me/", [("Accept", "application/problem+json")]))
                #expect(problem.member("type") == "/id/docs/errors/#not_authenticated")
            }
            let index = try client.exchange(WireRequest("GET", "/id/api/"))
            #expect(index.text.contains(#""login":"/id/api/login/""#))
            let schema = try client.exchange(WireRequest("GET", "/id/api/schema/"))
            #expect(schema.text.contains(#""servers":[{"url":"http://127.0.0.1/id""#))
            #expect(try client.exchange(WireRequest("GET", "/idx/api/me/")).status == 404)
            let line: Bool? = waitUntil(10) { try? Self.server.get().output.contains(#""path":"/api/schema/""#) }
            #expect(line == true)
        }
    }
}
