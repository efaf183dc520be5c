// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import Testing

@testable import OstiaryHTTP

@Suite("The public keys")
struct PublicKeySetTests {
    @Test("are known by their ETag, also without quotation marks and weak")
    func tag() {
        let (set, other) = (
            PublicKeySet([PrivateKey(generating: .es256).publicKey]),
            PublicKeySet([PrivateKey(generating: .es256).publicKey])
        )
        for text in [set.tag, "\"\(set.tag)\"", "W/\"\(set.tag)\""] {
            #expect(set.hasTag(text) && !other.hasTag(text))
        }
        for text in ["", "\"\"", "W/", "\"\(set.tag)", "w/\"\(set.tag)\""] { #expect(!set.hasTag(text)) }
    }
}
