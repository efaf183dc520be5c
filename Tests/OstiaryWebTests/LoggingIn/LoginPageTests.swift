// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Testing

@testable import OstiaryWeb

@Suite("Logging in and out by pages")
struct LoginPageTests {
    private let pages: TestPages
    private let browser: TestBrowser
    private let email = "first@mail.example"
    private let password = "correct horse 7 battery"

    init() throws {
        pages = try TestPages()
        browser = TestBrowser(pages)
    }

    @Test("a login leads on, and its tokens stand in a cookie and on no page")
    func login() async throws {
        try await browser.logIn(email)
        let session = try #require(browser.cookies["__Host-ostiary-session"])
        let page = try await browser.open("/api/me/")
        #expect(page.status == 200 && page.text.contains(email) && !page.text.contains("/login/?next"))
        for token in session.split(separator: "~") { #expect(!page.text.contains(token)) }
    }

    @Test("a wrong password is told without telling more, and the address stays in the form")
    func refused() async throws {
        try await browser.logIn(email)
        let stranger = TestBrowser(pages)
        try await stranger.open("/login/")
        for address in [email, "nobody@mail.example"] {
            let page = try await stranger.send("/login/", ["email": address, "password": "wrong secret"])
            #expect(page.status == 401 && page.text.contains("The e-mail address or password is wrong"))
            #expect(page.text.contains(#"value="\#(address)""#) && !page.text.contains("wrong secret"))
            #expect(stranger.cookies["__Host-ostiary-session"] == nil)
        }
    }

    @Test(
        "hostile text is shown as text",
        arguments: [
            "<hostile>", "\"><hostile>", "' onfocus='hostile", "\"\u{301}><hostile>", "&lt;hostile>",
            "a\u{0}<hostile>",
        ])
    func hostile(text: String) async throws {
        try await browser.logIn(email)
        let form = try await browser.send("/api/me/", ["email": email, "username": text], method: "PUT")
        let stranger = TestBrowser(pages)
        try await stranger.open("/login/")
        let login = try await stranger.send("/login/", ["email": text, "password": "x", "next": text])
        let registration = try await stranger.send("/api/register/", ["email": text, "password": "x"])
        let lost = try await stranger.open("/api/\(percentEncoded(text))/?x=\(text)")
        for page in [form, login, registration, lost] {
            #expect(!page.text.contains("<hostile") && !page.text.contains("onfocus='hostile"), "\(page.text)")
        }
        #expect(login.status == 401 && login.text.contains("hostile"), "it is shown all the same")
    }

    @Test(
        "a login leads to paths of this server only",
        arguments: [
            ("/api/me/", "/api/me/"), ("/api/me/?a=1", "/api/me/?a=1"), ("", "/api/"), ("//evil.example", "/api/"),
            ("/\\evil.example", "/api/"), ("https://evil.example", "/api/"), ("/a b", "/api/"), ("/é", "/api/"),
            ("/" + String(repeating: "a", count: 600), "/api/"), ("/a\r\nSet-Cookie: x=y", "/api/"),
        ])
    func next(given: String, led: String) async throws {
        try await browser.logIn(email)
        try await browser.open("/login/")
        let page = try await browser.send("/login/", ["email": email, "password": password, "next": given])
        #expect(page.status == 303 && page.headers[.location] == led)
    }

    @Test("a logout ends the session, forgets it and says so once")
    func logout() async throws {
        try await browser.logIn(email)
        let session = browser.cookies["__Host-ostiary-session"]
        #expect(session != nil)
        let left = try await browser.send("/logout/")
        #expect(left.status == 303 && browser.cookies["__Host-ostiary-session"] == nil)
        #expect(browser.cookies["__Host-ostiary-browser"] == nil)
        #expect(try await browser.open("/api/").text.contains("You are logged out."))
        #expect(try await !browser.open("/api/").text.contains("You are logged out."))
        #expect(try await browser.open("/api/me/").status == 401)
    }

    @Test("a form of another page, another browser or another site does nothing")
    func forgery() async throws {
        try await browser.logIn(email)
        let stranger = TestBrowser(pages)
        try await stranger.open("/login/")
        let token = browser.token
        for bad in ["", "x", stranger.token] {
            browser.token = bad
            #expect(try await browser.send("/logout/").status == 403, "\(bad)")
        }
        browser.token = token
        for site in ["cross-site", "same-site"] {
            #expect(try await browser.send("/logout/", from: site).status == 403, "\(site)")
        }
        #expect(try await browser.open("/api/me/").status == 200, "still logged in")
        browser.token = token
        browser.forgetCookies()
        #expect(try await browser.send("/api/me/", ["username": "forged"], method: "PUT").status == 403)
    }

    @Test("a form that is too large is told so, wherever it goes")
    func tooLarge() async throws {
        for path in ["/login/", "/api/me/", "//evil.example/"] {
            let page = try await pages.ask(
                .post, path, headers: [.contentType: "application/x-www-form-urlencoded"], body: nil)
            #expect(page.status == 413 && page.text.contains("64 KiB") && !page.text.contains("href=\"//"), "\(path)")
        }
    }

    @Test("only what is opened gives a browser its secret, and only once")
    func secrets() async throws {
        #expect(try await browser.open("/api/").headers[values: .setCookie].count == 1)
        let secret = browser.cookies["__Host-ostiary-browser"]
        #expect(secret.flatMap(BrowserSecret.init) != nil)
        #expect(try await browser.open("/api/").headers[values: .setCookie].isEmpty)
        #expect(browser.cookies["__Host-ostiary-browser"] == secret)
        let stranger = TestBrowser(pages)
        let refused = try await stranger.send("/login/", ["email": email])
        #expect(refused.status == 403 && refused.headers[values: .setCookie].isEmpty)
    }
}
