// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport

/// A browser without a window: it keeps cookies and sends forms with the token of the page that it last saw.
final class PageVisitor {
    static let accept = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"

    private let client: WireClient
    let port: UInt16
    var cookies: [(name: String, value: String)] = []
    private(set) var token = ""

    init(port: UInt16) {
        self.port = port
        client = WireClient(port: port)
    }

    convenience init() throws { self.init(port: try SharedServers.ordinary().port) }

    /// Another tab with the same cookies.
    var twin: PageVisitor {
        let twin = PageVisitor(port: port)
        (twin.cookies, twin.token) = (cookies, token)
        return twin
    }

    subscript(cookie: String) -> String? {
        get { cookies.first { $0.name == cookie }?.value }
        set {
            cookies.removeAll { $0.name == cookie }
            if let newValue { cookies.append((cookie, newValue)) }
        }
    }

    var cookieHeader: [(String, String)] {
        cookies.isEmpty ? [] : [("Cookie", cookies.map { "\($0.name)=\($0.value)" }.joined(separator: "; "))]
    }

    @discardableResult
    func open(_ path: String, _ headers: [(String, String)] = []) throws -> WireAnswer {
        try exchange(WireRequest("GET", path, [("Accept", Self.accept)] + cookieHeader + headers))
    }

    /// Sends a form; a browser of today says besides that the page is of the same site.
    @discardableResult
    func send(
        _ path: String, _ fields: [(String, String)], method: String = "POST",
        headers: [(String, String)] = [("Sec-Fetch-Site", "same-origin")]
    ) throws -> WireAnswer {
        try exchange(form(path, [("_token", token), ("_method", method)] + fields, headers))
    }

    func form(_ path: String, _ fields: [(String, String)], _ headers: [(String, String)]) -> WireRequest {
        let body = fields.map { "\(Self.encoded($0.0))=\(Self.encoded($0.1))" }.joined(separator: "&")
        let type = ("Content-Type", "application/x-www-form-urlencoded")
        return WireRequest(
            "POST", path, [("Accept", Self.accept), type] + cookieHeader + headers, body: Array(body.utf8)
        )
    }

    /// Keeps the cookies of the answer.
    @discardableResult
    func exchange(_ request: WireRequest) throws -> WireAnswer {
        let answer = try client.exchange(request)
        for line in answer.values("Set-Cookie") {
            let pair = line.prefix { $0 != ";" }.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard pair.count == 2 else { throw Failure("a cookie without a value: \(line)") }
            self[String(pair[0])] = line.contains("Max-Age=0") ? nil : String(pair[1])
        }
        if let found = answer.text.firstMatch(of: /name="_token" value="([0-9a-f]{64})"/) {
            token = String(found.output.1)
        }
        return answer
    }

    /// A new account, logged in.
    @discardableResult
    func logIn(_ email: String? = nil) throws -> String {
        let email = try email ?? enrolled()
        try open("/login/")
        let answer = try send("/login/", [("email", email), ("password", WireClient.password), ("next", "/api/me/")])
        guard answer.status == 303, self["ostiary-session"] != nil else { throw Failure("cannot log in: \(answer)") }
        try open("/api/me/")
        return email
    }

    private func enrolled() throws -> String {
        let email = freshEmail()
        try WireClient(port: port).enrol(email)
        return email
    }

    /// The tokens in the session's cookie.
    var tokens: (refresh: String, access: String)? {
        self["ostiary-session"].flatMap { cookie in
            let parts = cookie.split(separator: "~").map(String.init)
            return parts.count == 2 ? (parts[0], parts[1]) : nil
        }
    }

    private static func encoded(_ text: String) -> String {
        text.utf8.map { byte in
            let isPlain = Character(Unicode.Scalar(byte)).isLetter || Character(Unicode.Scalar(byte)).isNumber
            return byte < 0x80 && isPlain
                ? String(Unicode.Scalar(byte)) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined()
    }
}
