// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import OstiaryHTTP
import Testing

@testable import OstiaryClient

@Suite struct ClientErrorTests {
    @Test("the codes are those of the server, no more and no fewer")
    func codes() {
        let ours = Set(RefusalCode.allCases.map(\.rawValue))
        let theirs = Set(ErrorCode.allCases.map(\.rawValue))
        #expect(ours.subtracting(theirs).isEmpty && theirs.subtracting(ours).isEmpty)
        for code in RefusalCode.ofTokens { #expect(ErrorCode(rawValue: code.rawValue)?.isBearer == true) }
        let others = ErrorCode.allCases.filter(\.isBearer).map(\.rawValue).filter { text in
            !RefusalCode.ofTokens.contains { $0.rawValue == text }
        }
        #expect(others == ["not_authenticated", "unsupported_scheme"], "a client that sends a token meets neither")
    }

    @Test("a problem document is read whole, and so is one of a later server")
    func problem() throws {
        let body = #"""
            {"type":"/x","status":400,"code":"invalid_fields","new":[1],
            "errors":{"password":[{"code":"blank","message":"b"}],"email":[{"code":"required","message":"a"}]}}
            """#
        let refusal = try #require(
            OstiaryClient.Answer.json(400, body, [.retryAfter: "7"]).refusal)
        #expect(refusal.code == .invalidFields && refusal.retryAfter == 7)
        #expect(refusal.fields.map(\.name) == ["email", "password"])
        #expect("\(refusal)" == "400 invalid_fields (email: required, password: blank)")
        let later = try #require(OstiaryClient.Answer.problem(401, "mfa_required").refusal)
        #expect(later.code == nil && later.codeText == "mfa_required")
        #expect(OstiaryClient.Answer.json(502, "<html>").refusal?.codeText == nil)
        #expect(OstiaryClient.Answer.json(200, "{}").refusal == nil)
        #expect(throws: ClientError.unexpectedAnswer(status: 302)) {
            try OstiaryClient.Answer.json(302, "").checked()
        }
    }

    @Test(
        "an address is checked",
        arguments: [
            "id.example.com", "ftp://id.example.com", "https://", "https://a:b@id.example.com", "https://x/?a=b",
            "https://x/#a", "https://x y", "http://id.example.com", "http://127.0.0.1.example.com", "http://128.0.0.1",
            "http://127.0.0.999", "https://x\\y", "https://é.example.com", "",
        ])
    func badAddress(_ address: String) {
        #expect { try OstiaryClient(address, storage: .memory) } throws: {
            if case .invalidAddress? = $0 as? ClientError { true } else { false }
        }
    }

    @Test(
        "an address may have a path and a slash at its end",
        arguments: [
            ("https://id.example.com/", "https://id.example.com"), ("https://x/auth//", "https://x/auth"),
            ("http://127.8.0.1:80", "http://127.8.0.1:80"), ("http://[::1]:8000/", "http://[::1]:8000"),
            ("http://localhost:8000", "http://localhost:8000"),
        ])
    func goodAddress(_ address: String, _ kept: String) throws {
        #expect(try OstiaryClient(address, storage: .memory).address == kept)
    }

    @Test("plain text goes to another machine only on purpose")
    func plainText() throws {
        var options = OstiaryClient.Options()
        options.allowsPlainText = true
        #expect(try OstiaryClient("http://id", storage: .memory, options: options).address == "http://id")
    }

    @Test(
        "a path cannot mean another server or a second request",
        arguments: ["", "x", "@evil.example", "/a b", "/a\r\nb", "/é", "/#a"])
    func badPath(_ path: String) async throws {
        let transport = StubTransport { _, _ in .pair(0) }
        let client = try makeClient(transport)
        try await client.login(email: "a", password: "b")
        await #expect(throws: ClientError.invalidRequest("a path begins with a slash and is percent-encoded")) {
            try await client.send(.get(path))
        }
        #expect(transport.requests(path).isEmpty)
    }
}
