// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import OstiaryCore

@Suite("Digests of client secrets")
struct ClientSecretTests {
    @Test("match themselves alone: no other secret, and none with another bit")
    func digests() {
        let digest = ClientSecret().digest
        #expect(digest.matches(ClientSecretDigest(bytes: digest.bytes)))
        for bit in 0..<256 {
            var bytes = digest.bytes
            bytes[bit / 8] ^= 1 << (bit % 8)
            let other = ClientSecretDigest(bytes: bytes)
            #expect(!digest.matches(other) && !other.matches(digest), "bit \(bit)")
        }
        #expect((0..<10_000).count { _ in digest.matches(ClientSecret().digest) } == 0)
        for bytes in [[], Array(digest.bytes.dropLast()), digest.bytes + [0]] {
            #expect(!digest.matches(ClientSecretDigest(bytes: bytes)))
        }
    }

    @Test("of a client without a secret before accept no digest in its place")
    func previous() {
        let client = Client(id: "client-1", name: "one", may: [], createdAt: Timestamp(seconds: 0))
        let stored = StoredClient(client, secret: ClientSecret().digest)
        #expect((0..<10_000).count { _ in stored.accepts(ClientSecret().digest) } == 0)
    }
}
