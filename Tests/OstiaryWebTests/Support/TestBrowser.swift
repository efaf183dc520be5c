// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Testing

/// A browser without a window: it keeps cookies, and sends forms with the token of the page that it saw last.
final class TestBrowser {
    private let pages: TestPages
    /// The first part of each `Set-Cookie`, by name.
    private(set) var cookies: [String: String] = [:]
    var token = ""

    init(_ pages: TestPages) { self.pages = pages }

    @discardableResult
    func open(_ path: String) async throws -> TestPages.Page { try await keep(pages.ask(.get, path, headers: headers)) }

    @discardableResult
    func send(
        _ path: String, _ fields: KeyValuePairs<String, String> = [:], method: String = "POST",
        from site: String = "same-origin"
    ) async throws -> TestPages.Page {
        var headers = headers
        headers[.contentType] = "application/x-www-form-urlencoded"
        headers[try #require(HTTPField.Name("Sec-Fetch-Site"))] = site
        let pairs = [("_token", token), ("_method", method)] + fields.map { ($0.key, $0.value) }
        let body = pairs.map { "\(encoded($0.0))=\(encoded($0.1))" }.joined(separator: "&")
        return try await keep(pages.ask(.post, path, headers: headers, body: Array(body.utf8)))
    }

    /// Registers an account and logs in.
    func logIn(_ email: String, password: String = "correct horse 7 battery") async throws {
        try await open("/api/register/")
        #expect(try await send("/api/register/", ["email": email, "password": password]).status == 200)
        try await open("/login/")
        #expect(try await send("/login/", ["email": email, "password": password]).status == 303)
        try await open("/api/me/")
    }

    func forgetCookies() { cookies = [:] }

    private var headers: HTTPFields {
        cookies.isEmpty ? [:] : [.cookie: cookies.map { "\($0.key)=\($0.value)" }.joined(separator: "; ")]
    }

    private func keep(_ page: TestPages.Page) -> TestPages.Page {
        for line in page.headers[values: .setCookie] {
            let pair = line.prefix { $0 != ";" }.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard pair.count == 2 else { continue }
            cookies[String(pair[0])] = line.contains("Max-Age=0") ? nil : String(pair[1])
        }
        if let found = page.text.firstMatch(of: /name="_token" value="([0-9a-f]{64})"/) { token = String(found.1) }
        return page
    }

    private func encoded(_ text: String) -> String {
        text.utf8.map { byte in
            let digits = String(byte, radix: 16, uppercase: true)
            return "%" + (byte < 16 ? "0" : "") + digits
        }.joined()
    }
}
