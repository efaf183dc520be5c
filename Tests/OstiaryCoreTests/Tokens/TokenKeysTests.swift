// SPDX-License-Identifier: Apache-2.0

import OstiaryTestKit
import Synchronization
import Testing

@testable import OstiaryCore

@Suite("Keys that are replaced while they are used")
struct TokenKeysTests {
    /// Counts what it verifies.
    private final class CountingSigner: TokenSigner {
        let key: SigningKey
        let verifications = Atomic<Int>(0)

        init(_ key: SigningKey) { self.key = key }

        var algorithm: String { key.algorithm }
        var id: String? { key.id }
        var fingerprint: String { key.fingerprint }
        func sign(_ text: [UInt8]) -> [UInt8] { key.sign(text) }
        func verifies(_ signature: [UInt8], of text: ArraySlice<UInt8>) -> Bool {
            verifications.add(1, ordering: .relaxed)
            return key.verifies(signature, of: text)
        }
    }

    private func key(_ byte: UInt8, _ id: String) throws -> SigningKey {
        try #require(SigningKey(secret: [UInt8](repeating: byte, count: 32), id: id))
    }

    @Test("a remembered token is refused once its key is gone, and one of a key that stays is not verified anew")
    func replaced() async throws {
        let services = try Services()
        let (old, kept) = (CountingSigner(try key(1, "old")), CountingSigner(try key(2, "kept")))
        let keys = TokenKeys(KeyRing(signing: old, previous: [kept]))
        let codec = AccessTokenCodec(keys: keys)
        let pair = try await services.session()
        let token = try services.codec.verify(pair.accessToken, now: services.clock.now())
        let ofOld = codec.sign(token)
        let ofKept = AccessTokenCodec(keys: KeyRing(signing: kept)).sign(token)
        let identity = IdentityService(
            codec: codec, sessions: services.storage, memory: services.memory, now: services.clock.now)
        for _ in 0..<3 {
            for text in [ofOld, ofKept] { _ = try await identity.identity(bearer: text, in: services.context()) }
        }
        #expect(old.verifications.load(ordering: .relaxed) == 1 && kept.verifications.load(ordering: .relaxed) == 1)
        #expect(identity.remembered(bearer: ofOld) != nil)

        let next = KeyRing(signing: try key(3, "new"), previous: [kept])
        #expect(keys.replace(with: next))
        // Whoever verified under the old ring may remember it after that.
        #expect(identity.remembered(bearer: ofOld) == nil)
        await #expect(throws: AccessTokenError.malformed) {
            try await identity.identity(bearer: ofOld, in: services.context())
        }
        services.memory.forgetTokens(but: next)
        #expect(services.memory.token(ofOld) == nil)
        _ = try await identity.identity(bearer: ofKept, in: services.context())
        #expect(kept.verifications.load(ordering: .relaxed) == 1, "it is remembered still")
        #expect(codec.sign(token) != ofOld)
        _ = try await identity.identity(bearer: codec.sign(token), in: services.context())
    }

    @Test("the same keys again are no replacement")
    func same() throws {
        let keys = TokenKeys(KeyRing(signing: try key(1, "one"), previous: [try key(2, "two")]))
        #expect(!keys.replace(with: KeyRing(signing: try key(1, "one"), previous: [try key(2, "two")])))
        #expect(keys.replace(with: KeyRing(signing: try key(2, "two"), previous: [try key(1, "one")])))
    }

    @Test("a token of one kind is none of another, whatever it says")
    func kinds() throws {
        let tokens = TokenCodec(keys: TokenKeys(KeyRing(signing: try key(1, "one"))))
        let now = Timestamp(seconds: 1_800_000_000)
        let logout = TokenKind(type: "logout+jwt")
        var claims = Claims()
        claims.expiresAt = now.adding(seconds: 60)
        claims.subject = "2"
        let text = tokens.sign(claims, as: logout)
        #expect(try tokens.verify(text, as: logout, now: now).claims == claims)
        #expect(throws: TokenError.refused) { try tokens.verify(text, as: .access, now: now) }
        #expect(throws: TokenError.refused) {
            try tokens.verify(tokens.sign(claims, as: .access), as: logout, now: now)
        }
        #expect(throws: TokenError.expired) {
            try tokens.verify(text, as: logout, now: now.adding(seconds: 60))
        }
    }

    @Test("what hangs on the root secret is told apart by purpose, and by nothing of the key")
    func root() throws {
        let root = try RootSecret.test()
        #expect(root.key(for: "a/1") != root.key(for: "b/1"))
        #expect(root.key(for: "a/1") == (try RootSecret.test()).key(for: "a/1"))
        #expect("\(root)" == "RootSecret(redacted)")
        #expect(RootSecret([UInt8](repeating: 0, count: 31)) == nil)
    }
}
