import Testing

@testable import OstiaryCore

@Suite("Sealed successor")
struct SealedSuccessorTests {
    private let parent = RefreshToken(bits: 1)
    private let successor = RefreshToken(bits: 0x0123_4567_89ab_cdef_0123_4567_89ab_cdef)
    private let session = SessionID(bits: 7)

    private var sealed: SealedSuccessor {
        SealedSuccessor(successor, parent: parent, session: session, nonce: 0xfeed)
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
        let other = SealedSuccessor(successor, parent: parent, session: session, nonce: 0xbeef << 64)
        #expect(other != sealed)
    }
}
