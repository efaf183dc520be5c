// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport

/// One request that a well-meaning client would not send, and the statuses that may answer it.
struct BadRequest: Sendable {
    var kind: String
    var method: String
    var bytes: [UInt8]
    var allowed: ClosedRange<Int>
    /// Some bytes are refused by the HTTP parser itself, which may close instead of answering.
    var mayClose = false

    init(_ kind: String, _ request: WireRequest, allowed: ClosedRange<Int> = 400...499, mayClose: Bool = false) {
        (self.kind, method, bytes) = (kind, request.method, request.bytes)
        (self.allowed, self.mayClose) = (allowed, mayClose)
    }
}

/// Draws bad requests. Nearly all can be refused before anything is hashed, which would take 30 ms each.
struct BadRequests {
    static let endpoints = ["/api/register/", "/api/login/", "/api/refresh/", "/api/logout/", "/api/me/"]

    /// A living session whose tokens are mutated, never used as they are.
    let tokens: Tokens
    var generator: SeededGenerator
    let access: AccessToken

    init(tokens: Tokens, seed: UInt64) throws {
        self.tokens = tokens
        generator = SeededGenerator(seed: seed)
        access = try AccessToken(tokens.access)
    }

    mutating func next() -> BadRequest {
        switch Int.random(in: 0..<100, using: &generator) {
        case 0..<18: wrongTypes()
        case 18..<34: brokenJSON()
        case 34..<40: wrongContentType()
        case 40..<48: brokenMultipart()
        case 48..<54: brokenForm()
        case 54..<64: strangeHeaders()
        case 64..<78: mutatedAccessToken()
        case 78..<88: mutatedRefreshToken()
        case 88..<94: strangeTarget()
        case 94..<99: strangeMethod()
        default: oversize()
        }
    }
}
