// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import OstiaryHTTP
import Testing

@testable import OstiaryWeb

@Suite("Samples")
struct SampleTests {
    private func samples(_ operation: APIOperation, body: String? = nil) -> [String: String] {
        let samples = Sample.samples(of: operation, path: "/api/x/", body: body, address: "https://a.example")
        #expect(samples.map(\.isChosen) == [true, false, false, false])
        return Dictionary(uniqueKeysWithValues: samples.map { ($0.language, $0.code) })
    }

    @Test("each language sends the method, the address, the token and the body")
    func parts() {
        let shown = samples(APIOperation(.put, "/api/x/", name: "X"), body: #"{"a": "b"}"#)
        #expect(Set(shown.keys) == ["curl", "JavaScript", "Swift", "Python"])
        for (language, code) in shown {
            #expect(code.contains("https://a.example/api/x/") && code.contains(#"{"a": "b"}"#), "\(language)")
            #expect(code.contains("Bearer") && code.lowercased().contains("put"), "\(language)")
            #expect(!code.contains("Idempotency-Key"), "\(language)")
        }
    }

    @Test("what needs neither token nor body has none")
    func bare() {
        let shown = samples(APIOperation(.get, "/api/x/", name: "X", security: .public))
        for (language, code) in shown { #expect(!code.contains("Bearer"), "\(language)") }
        #expect(shown["curl"] == "curl https://a.example/api/x/")
        #expect(shown["JavaScript"]?.hasPrefix(#"const response = await fetch("https://a.example/api/x/");"#) == true)
    }

    @Test("a quotation mark does not end the shell's text")
    func quotes() {
        let shown = samples(APIOperation(.post, "/api/x/", name: "X"), body: #"{"a": "it's"}"#)
        #expect(shown["curl"]?.contains(#"-d '{"a": "it'\''s"}'"#) == true)
    }

    @Test("a request that is safe to repeat says with which key")
    func keys() {
        let shown = samples(RefreshController.operations[0], body: "{}")
        for (language, code) in shown {
            #expect(code.contains("Idempotency-Key") && code.contains("Generate the key once"), "\(language)")
        }
    }
}
