// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Testing

@testable import OstiaryWeb

@Suite("Pages of endpoints, the start page and the way in")
struct EndpointPageTests {
    private let pages: TestPages
    private let browser: TestBrowser

    init() throws {
        pages = try TestPages()
        browser = TestBrowser(pages)
    }

    /// Checks that the texts stand on the page in this order.
    private func expectOrder(_ texts: [String], _ page: TestPages.Page, _ place: SourceLocation = #_sourceLocation) {
        var rest = page.text[...]
        for text in texts {
            guard let found = rest.firstRange(of: text) else {
                Issue.record("\(text) is missing, or in another place", sourceLocation: place)
                return
            }
            rest = rest[found.upperBound...]
        }
    }

    private let form = #"<div class="operations">"#
    private let samples = #"<h2 id="samples">"#
    private let answer = #"<section class="answer""#

    @Test("a path without GET opens as its form, which has the focus; the refused GET is folded")
    func formOnly() async throws {
        let page = try await browser.open("/api/register/")
        #expect(page.status == 405)
        expectOrder(
            [
                ##"href="#form">Skip to the form"##, "<main", form, #"id="form""#, samples, "<details class=\"fold",
                answer,
            ], page)
        #expect(page.text.ranges(of: " autofocus").count == 1 && !page.text.contains("Skip to the content"))
        #expect(page.text.contains("Already have an account? <a href=\"/login/\">Log in</a>"))
    }

    @Test("a refused form stays first, with the focus on the wrong field and the answer in sight")
    func refused() async throws {
        try await browser.open("/api/register/")
        let page = try await browser.send("/api/register/", ["email": "first@mail.example", "password": "1"])
        #expect(page.status == 400 && !page.text.contains("<details class=\"fold"))
        expectOrder([form, answer, samples], page)
        #expect(page.text.ranges(of: " autofocus").count == 1)
        let password = try #require(page.text.firstMatch(of: /<input id="post-password"[^>]*>/)?.output)
        #expect(password.contains(" autofocus"))
        try await browser.open("/api/login/")
        let login = try await browser.send("/api/login/", ["email": "nobody@mail.example", "password": "wrong secret"])
        #expect(login.text.contains(#"role="alert">401 Unauthorized: Invalid credentials</p>"#))
    }

    @Test("an answer that serves the request is first")
    func served() async throws {
        try await browser.open("/api/register/")
        let page = try await browser.send(
            "/api/register/", ["email": "first@mail.example", "password": "correct horse 7 battery"])
        expectOrder(["Your account is ready.", answer, form, samples], page)
        #expect(page.status == 200 && !page.text.contains(" autofocus"))
        try await browser.logIn("second@mail.example")
        let profile = try await browser.open("/api/me/")
        expectOrder([##"href="#main""##, ##"href="#form""##, answer, form, "Show your account", samples], profile)
        #expect(!profile.text.contains(" autofocus") && profile.text.ranges(of: #"id="form""#).count == 1)
    }

    @Test("two headers of an answer are shown, those that tell the most, and the others folded")
    func headers() async throws {
        let page = try await browser.open("/api/me/")
        let shown = try #require(page.text.firstMatch(of: /<div class="headers">\s*<dl>(.*?)<\/dl>/)?.output.1)
        #expect(
            shown.ranges(of: "<dt>").count == 2 && shown.contains("WWW-Authenticate") && shown.contains("Content-Type"))
        #expect(page.text.contains("<details><summary>More headers</summary>"))
    }

    @Test("errors of clients and of the server are told apart by colour")
    func kinds() async throws {
        let page = try await browser.open("/api/me/")
        #expect(
            page.text.contains(#"<dt class="wrong">401</dt>"#) && page.text.contains(#"<dt class="broken">503</dt>"#))
    }

    @Test("the start page has the version and a request to try")
    func home() async throws {
        let page = try await browser.open("/")
        #expect(page.status == 200 && page.text.contains("<title>Ostiary</title>"))
        expectOrder(["1.2.3", "curl -X POST https://a/api/register/", #"href="/api/""#], page)
    }

    @Test("the login leads to the registration where there is one")
    func signUp() async throws {
        #expect(try await browser.open("/login/").text.contains(#"<a href="/api/register/">Create an account</a>"#))
        let other = TestBrowser(try TestPages([TestPages.TestSite(prefix: "/")]))
        #expect(try await !other.open("/login/").text.contains("Create an account"))
    }
}
