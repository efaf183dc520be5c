// SPDX-License-Identifier: Apache-2.0

import Crypto
import Testing

@testable import OstiaryCore

@Suite("Sealed successor")
struct SealedSuccessorTests {
    private let parent = RefreshToken(bits: 1)
    private let successor = RefreshToken(bits: 0x0123_4567_89ab_cdef_0123_4567_89ab_cdef)
    private let session = SessionID(bits: 7)

    private var sealed: SealedSuccessor {
        SealedSuccessor(successor, parent: SealingParent(parent), session: session, nonce: 0xfeed)
    }

    @Test("the key is the one of HKDF (RFC 5869)")
    func key() {
        for bits in UInt128(0)..<100 {
            let (parent, session) = (RefreshToken(bits: bits << 60 | 1), SessionID(bits: ~bits))
            let key = HKDF<SHA256>.deriveKey(
                inputKeyMaterial: SymmetricKey(data: parent.bytes),
                info: Array("ostiary/refresh/1".utf8) + session.bytes, outputByteCount: 32
            )
            #expect(SealingParent(parent).key(session) == key)
        }
    }

    @Test("opens with its parent and session only")
    func opens() {
        #expect(sealed.bytes.count == 44)
        #expect(sealed.open(parent: parent, session: session)?.digest == successor.digest)
        #expect(sealed.open(parent: RefreshToken(bits: 2), session: session) == nil)
        #expect(sealed.open(parent: parent, session: SessionID(bits: 8)) == nil)
    }

    @Test("no changed bit opens")
    func tampered() {
        for place in 0..<(44 * 8) {
            var bytes = sealed.bytes
            bytes[place / 8] ^= 1 << (place % 8)
            #expect(SealedSuccessor(bytes: bytes).open(parent: parent, session: session) == nil)
        }
        for count in 0..<44 {
            let short = SealedSuccessor(bytes: Array(sealed.bytes.prefix(count)))
            #expect(short.open(parent: parent, session: session) == nil)
        }
    }

    @Test("tells nothing without the parent: the same successor looks different under each nonce")
    func nonces() {
        let other = SealedSuccessor(
            successor, parent: SealingParent(parent), session: session, nonce: 0xbeef << 64)
        #expect(other != sealed)
    }
}
