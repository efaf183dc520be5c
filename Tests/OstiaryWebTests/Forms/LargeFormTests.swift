// SPDX-License-Identifier: Apache-2.0

import Testing

@Suite("Forms and the limit of a body")
struct LargeFormTests {
    @Test("a form that becomes too large as JSON is refused like any other body")
    func growing() async throws {
        let browser = TestBrowser(try TestPages())
        try await browser.open("/api/register/")
        // Three bytes each in the form, six in JSON.
        let text = String(repeating: "\u{1}", count: 15_000)
        #expect(try await browser.send("/api/register/", ["email": text, "password": "x"]).status == 413)
    }
}
