// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import OstiaryHTTP

@Suite struct NegotiationTests {
    private static let browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"

    @Test(
        arguments: [
            (nil, .json), ("*/*", .json), ("application/json", .json), ("APPLICATION/JSON", .json),
            ("text/html", .html),
            ("application/*", .json), ("text/*", .html), ("*/html", .html), (browser, .html),
            // Weights are ignored.
            ("application/json;q=0", .json), ("text/html;q=0.1, application/json", .json),
            ("text/html;q=1, */*;q=1", .html),
            ("application/json;q=0.1, text/html;q=0.9", .json), ("application/xml, */*;q=0.1", .json),
            // The most specific range decides.
            ("text/html, */*", .html), ("*/*, text/html", .html), ("text/*, */*", .html),
            ("application/*, text/html", .html),
            ("text/html;level=1, application/json", .html), ("text/html;level=1;q=0.1, application/json", .html),
            ("text/html;Q=0.5, application/json", .json), ("text/html;foo, application/json", .json),
            ("text/html; a=\"q,", .html), ("text/*;level=1, application/json", .json),
            ("application/json; indent=4", .json), ("application/json;a=1, text/html;b=2", .json),
            ("\ttext/html , ,", .html), (",*/*", .json),
        ] as [(String?, Renderer)])
    func `accepted`(accept: String?, renderer: Renderer) {
        #expect(Negotiation.negotiate(accept: accept, format: nil) == .accepted(renderer: renderer, problem: false))
    }

    @Test(arguments: [
        "", " ", ",", "application/xml", "text/plain", "json", "*", "application", "application/", "/json", "image/*",
        "application/jsonx", "application/xml, text/plain;q=0.5", ";", "application/problem+xml", "\"*/*\"",
    ])
    func `not acceptable`(accept: String) {
        #expect(Negotiation.negotiate(accept: accept, format: nil) == .notAcceptable)
    }

    @Test(
        arguments: [
            ("*/*", "json", .accepted(renderer: .json, problem: false)),
            ("*/*", "api", .accepted(renderer: .html, problem: false)),
            (nil, "api", .accepted(renderer: .html, problem: false)),
            (browser, "json", .accepted(renderer: .json, problem: false)),
            ("text/html", "", .accepted(renderer: .html, problem: false)),
            ("application/json", "", .accepted(renderer: .json, problem: false)),
            ("text/html", "json", .notAcceptable),
            ("application/json", "api", .notAcceptable),
            ("", "json", .notAcceptable),
            ("*/*", "xml", .unknownFormat),
            (nil, "JSON", .unknownFormat),
            ("application/xml", "xml", .unknownFormat),
        ] as [(String?, String, Negotiation.Outcome)])
    func `format parameter`(accept: String?, format: String, outcome: Negotiation.Outcome) {
        #expect(Negotiation.negotiate(accept: accept, format: format) == outcome)
    }

    @Test(
        arguments: [
            ("application/problem+json", nil, .accepted(renderer: .json, problem: true)),
            ("Application/Problem+JSON; charset=utf-8", nil, .accepted(renderer: .json, problem: true)),
            ("application/xml, application/problem+json;q=0", nil, .accepted(renderer: .json, problem: true)),
            ("application/json, application/problem+json", nil, .accepted(renderer: .json, problem: true)),
            ("text/html, application/problem+json", nil, .accepted(renderer: .json, problem: true)),
            ("text/html;level=1, application/problem+json", nil, .accepted(renderer: .html, problem: true)),
            ("application/problem+json", "json", .accepted(renderer: .json, problem: true)),
            ("application/problem+json", "api", .notAcceptable),
            ("application/problem+json", "xml", .unknownFormat),
        ] as [(String, String?, Negotiation.Outcome)])
    func `problem documents`(accept: String, format: String?, outcome: Negotiation.Outcome) {
        #expect(Negotiation.negotiate(accept: accept, format: format) == outcome)
        #expect(Negotiation.prefersProblem(accept: accept))
    }

    @Test(arguments: [nil, "*/*", "application/json", "application/*", "text/html", "", "application/problem+jsonx"])
    func `problem documents must be named`(accept: String?) {
        #expect(!Negotiation.prefersProblem(accept: accept))
    }

    @Test(arguments: [",", ";", "\"", "a/b,", "text/html;a=b,", "text/html;", "\\\"", "*/*;q=\"", "="])
    func `a long header takes little time`(piece: String) {
        let header = String(repeating: piece, count: 80 * 1_024 / piece.utf8.count)
        let elapsed = ContinuousClock().measure {
            _ = Negotiation.negotiate(accept: "text/html;" + header, format: nil)
        }
        // Quadratic work would take many times this.
        #expect(elapsed < .seconds(2))
    }
}
