// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Testing

@Suite("Sites on one server")
struct SiteTests {
    private let pages: TestPages

    init() throws {
        pages = try TestPages([
            TestPages.TestSite(prefix: "/"), TestPages.TestSite(prefix: "/account/"),
            TestPages.TestSite(prefix: "/admin/", isOpen: false),
        ])
    }

    private func ask(_ path: String, cookie: String? = nil) async throws -> TestPages.Page {
        var headers = HTTPFields()
        headers[.cookie] = cookie
        return try await pages.ask(.get, path, headers: headers)
    }

    @Test("the longest prefix answers, with and without the last slash")
    func mounting() async throws {
        for (path, site) in [
            ("/", "/"), ("/x", "/"), ("/account/", "/account/"), ("/account", "/account/"), ("/accounts/", "/"),
        ] {
            #expect(try await ask(path).text.contains("<p>\(site)</p>"), "\(path)")
        }
    }

    @Test("who is not admitted is asked to log in, and sees no link to the site")
    func admission() async throws {
        let refused = try await ask("/admin/users/")
        #expect(refused.status == 401 && refused.text.contains("Log in"))
        let home = try await ask("/").text
        #expect(home.contains(#"<a href="/account/">"#) && !home.contains(#"<a href="/admin/">"#))
    }

    @Test("a sentence is said once, and only one of the sites' own")
    func notice() async throws {
        let saved = try await ask("/account/?save=1")
        #expect(saved.status == 303 && saved.headers[.location] == "/account/")
        let cookie = try #require(
            saved.headers[values: .setCookie].first { $0.hasPrefix("__Host-ostiary-notice=saved;") })
        let next = try await ask("/account/", cookie: String(cookie.prefix { $0 != ";" }))
        #expect(next.text.contains(#"<p class="notice" role="status">It is saved.</p>"#))
        #expect(next.headers[values: .setCookie].contains { $0.hasPrefix("__Host-ostiary-notice=; ") })
        #expect(
            !(try await ask("/account/", cookie: "__Host-ostiary-notice=Pay+here").text.contains("class=\"notice\"")))
    }

    @Test("each page forbids scripts and frames of others")
    func policy() async throws {
        for path in ["/", "/login/", "/admin/"] {
            let page = try await ask(path)
            #expect(page.headers[.contentType] == "text/html; charset=utf-8", "\(path)")
            let policy = try #require(page.headers[.contentSecurityPolicy])
            #expect(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "\(path)")
        }
    }
}
