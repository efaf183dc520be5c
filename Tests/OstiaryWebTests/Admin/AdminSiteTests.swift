// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Testing

@testable import OstiaryWeb

@Suite("The way into the administration")
struct AdminSiteTests {
    private func pages(_ access: AdminSite.Access = .on, isSecure: Bool = true) throws
        -> TestPages
    {
        try TestPages([
            TestPages.TestSite(prefix: "/"),
            AdminSite(access: access, isSecure: { _ in isSecure }),
        ])
    }

    @Test("a stranger is led to the login, and back afterwards")
    func stranger() async throws {
        let pages = try pages()
        for (path, next) in [
            ("/admin/", "%2Fadmin%2F"),
            ("/admin/users/?search=a&order=-id", "%2Fadmin%2Fusers%2F%3Fsearch%3Da%26order%3D-id"),
            ("/admin/nothing/", "%2Fadmin%2Fnothing%2F"),
        ] {
            let page = try await pages.ask(.get, path)
            #expect(page.status == 303 && page.headers[.location] == "/login/?next=\(next)", "\(path)")
        }
    }

    @Test("a stranger's form does nothing, and leads to the page that it stood on")
    func strangersForm() async throws {
        let browser = TestBrowser(try pages())
        try await browser.open("/login/")
        for (path, next) in [
            ("/admin/users/7/", "%2Fadmin%2Fusers%2F7%2F"), ("/admin/users/actions/", "%2Fadmin%2Fusers%2F"),
        ] {
            let page = try await browser.send(path, ["email": "x"])
            #expect(page.status == 303 && page.headers[.location] == "/login/?next=\(next)")
        }
    }

    @Test("over a connection that others can read there are no pages, unless the operator says so")
    func insecure() async throws {
        for path in ["/admin/", "/admin/setup/?token=x"] {
            let refused = try await pages(isSecure: false).ask(.get, path)
            #expect(refused.status == 403 && refused.text.contains("--public-url https://"), "\(path)")
            #expect(try await pages(.insecure, isSecure: false).ask(.get, path).status != 403, "\(path)")
        }
    }

    @Test("requests that are no forms of the pages are refused", arguments: [HTTPRequest.Method.post, .put, .delete])
    func programs(method: HTTPRequest.Method) async throws {
        let refused = try await pages().ask(method, "/admin/users/", body: Array("{}".utf8))
        #expect(refused.status == 405 && refused.headers[.allow] == "GET, HEAD, POST")
    }

    @Test("opening the link for the first administrator uses nothing, and without its token it says so")
    func setup() async throws {
        let pages = try pages()
        let page = try await pages.ask(.get, "/admin/setup/?token=a%22%3Cb")
        #expect(page.status == 200 && page.text.contains(#"name="token" value="a&quot;&lt;b""#))
        let empty = try await pages.ask(.get, "/admin/setup/")
        #expect(
            empty.status == 200 && empty.text.contains("Its token is missing")
                && !empty.text.contains("Make the account"))
    }
}
