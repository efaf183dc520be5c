// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import OstiaryCore

@Suite("Refresh")
struct RefreshTests {
    @Test("a replay ends the session and is audited")
    func replay() async throws {
        let services = try Services()
        let pair = try await services.session()
        let first = try pair.token()
        let next = try #require(try await services.refresh.refresh(first, in: services.context()))
        #expect(try await services.refresh.refresh(first, in: services.context()) == nil)
        #expect(try await services.refresh.refresh(try next.token(), in: services.context()) == nil)
        await #expect(throws: AccessTokenError.sessionEnded) {
            try await services.identity.identity(bearer: next.accessToken, in: services.context())
        }
        let replays = try await services.events.filter { $0 == .refreshTokenReplayed }
        #expect(replays.count == 1)
    }

    @Test(
        "every spelling of a UUID is the same token",
        arguments: [
            "0123abcd-4567-89ab-cdef-0123456789ab", "0123ABCD-4567-89AB-CDEF-0123456789AB",
            "0123abcd456789abcdef0123456789ab", "{0123abcd-4567-89ab-cdef-0123456789ab}",
            "urn:uuid:0123abcd-4567-89ab-cdef-0123456789ab", "{0123abcd456789abcdef0123456789ab}",
        ])
    func spellings(_ text: String) {
        let token = RefreshToken(bits: 0x0123_abcd_4567_89ab_cdef_0123_4567_89ab)
        #expect(RefreshToken(text)?.digest == token.digest)
        #expect(token.text == "0123abcd-4567-89ab-cdef-0123456789ab")
    }

    @Test(
        "nothing else is a token",
        arguments: [
            "", "not-a-uuid", "0123abcd-4567-89ab-cdef-0123456789a", "0123abcd-4567-89ab-cdef-0123456789abc",
            " 0123abcd-4567-89ab-cdef-0123456789ab", "0123abcd-4567-89ab-cdef-0123456789ag", "{}",
            "0123abcd4-567-89ab-cdef-0123456789ab", "{0123abcd-4567-89ab-cdef-0123456789ab",
            "urn:uuid:", "0123abcd-4567-89ab-cdef-0123456789аb", String(repeating: "a", count: 10_000),
        ])
    func malformed(_ text: String) { #expect(RefreshToken(text) == nil) }

    @Test("secrets do not print themselves")
    func redaction() throws {
        let token = RefreshToken(bits: 12_345)
        var dumped = ""
        dump(token, to: &dumped)
        let pair = TokenPair(accessToken: "secret-a", refreshToken: "secret-r")
        dump(pair, to: &dumped)
        dump(try SigningKey.test(), to: &dumped)
        let shown = "\(token) \(pair) \(String(reflecting: pair)) \(String(reflecting: token)) \(dumped)"
        #expect(!shown.contains(token.text) && !shown.contains("secret-") && !shown.contains("12345"))
    }

    @Test("a hundred thousand tokens are all different and evenly spread")
    func randomness() {
        var seen: Set<UInt128> = []
        var counts = [Int](repeating: 0, count: 256)
        for _ in 0..<100_000 {
            let bits = systemRandomBits()
            seen.insert(bits)
            for byte in UUIDText.bytes(bits) { counts[Int(byte)] += 1 }
        }
        #expect(seen.count == 100_000)
        let expected = 1_600_000.0 / 256
        let chiSquare = counts.reduce(0.0) { $0 + (Double($1) - expected) * (Double($1) - expected) / expected }
        // 255 degrees of freedom: beyond 400 once in a hundred million runs.
        #expect(chiSquare < 400)
    }
}
