// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport
import Synchronization

/// The pair that a login or a refresh gives.
struct Tokens: Sendable, Equatable {
    var access: String
    var refresh: String

    init(_ answer: WireAnswer) throws {
        guard answer.status == 200, let access = answer.member("access_token"),
            let refresh = answer.member("refresh_token")
        else { throw Failure("no tokens in \(answer.status) \(answer.text.prefix(200))") }
        (self.access, self.refresh) = (access, refresh)
    }
}

/// The five endpoints as calls.
extension WireClient {
    static let password = "correct horse 7 battery"

    /// The status of `GET /readyz`; nil when there is no answer.
    @Sendable static func readiness(_ port: UInt16) -> Int? {
        try? WireClient(port: port, timeout: 6).exchange(WireRequest("GET", "/readyz")).status
    }

    func register(_ email: String, _ password: String = password) throws -> WireAnswer {
        try exchange(WireRequest("POST", "/api/register/", json: credentials(email, password)))
    }

    func login(_ email: String, _ password: String = password) throws -> WireAnswer {
        try exchange(WireRequest("POST", "/api/login/", json: credentials(email, password)))
    }

    /// - Parameter key: the `Idempotency-Key`, the same for every try of the token.
    func refresh(_ token: String, key: String? = nil) throws -> WireAnswer {
        let headers = key.map { [("Idempotency-Key", $0)] } ?? []
        let json = "{\"refresh_token\":\(jsonText(token))}"
        return try exchange(WireRequest("POST", "/api/refresh/", headers, json: json))
    }

    func logout(_ token: String) throws -> WireAnswer {
        try exchange(WireRequest("POST", "/api/logout/", json: "{\"refresh_token\":\(jsonText(token))}"))
    }

    func me(_ access: String) throws -> WireAnswer {
        try exchange(WireRequest("GET", "/api/me/", [("Authorization", "Bearer \(access)")]))
    }

    func put(_ json: String, _ access: String) throws -> WireAnswer {
        try exchange(WireRequest("PUT", "/api/me/", [("Authorization", "Bearer \(access)")], json: json))
    }

    func changePassword(_ current: String, to new: String, _ access: String) throws -> WireAnswer {
        let json = "{\"current_password\":\(jsonText(current)),\"new_password\":\(jsonText(new))}"
        return try exchange(WireRequest("POST", "/api/password/", [("Authorization", "Bearer \(access)")], json: json))
    }

    /// Registers for a test's set-up; the id. A server that sheds load is asked again.
    @discardableResult
    func enrol(_ email: String, _ password: String = password) throws -> Int {
        let answer = try unlessBusy { try register(email, password) }
        guard answer.status == 200, let id = answer.integer("id") else { throw Failure("cannot register: \(answer)") }
        return id
    }

    /// Logs in for a test's set-up.
    func tokens(_ email: String, _ password: String = password) throws -> Tokens {
        try Tokens(unlessBusy { try login(email, password) })
    }

    /// A new account and its first session.
    func newSession() throws -> (email: String, tokens: Tokens) {
        let email = freshEmail()
        try enrol(email)
        return (email, try tokens(email))
    }

    private func unlessBusy(_ request: () throws -> WireAnswer) throws -> WireAnswer {
        for _ in 0..<100 {
            let answer = try request()
            if answer.status != 503 { return answer }
            pause(0.2)
        }
        throw Failure("the server stayed busy")
    }

    private func credentials(_ email: String, _ password: String) -> String {
        "{\"email\":\(jsonText(email)),\"password\":\(jsonText(password))}"
    }
}

private let emailCount = Atomic<Int>(0)

/// An address that no other test uses.
func freshEmail() -> String {
    "person\(emailCount.add(1, ordering: .relaxed).newValue)@mail.example"
}

/// A JSON text (RFC 8259 §7).
func jsonText(_ text: String) -> String {
    var json = "\""
    for scalar in text.unicodeScalars {
        switch scalar {
        case "\"", "\\": json += "\\\(scalar)"
        case "\u{0}"..<"\u{20}":
            let hex = String(scalar.value, radix: 16)
            json += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
        default: json.unicodeScalars.append(scalar)
        }
    }
    return json + "\""
}
