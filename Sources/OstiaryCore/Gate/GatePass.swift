// SPDX-License-Identifier: Apache-2.0

import Crypto

/// The sealed text in the cookie of another host: it names a session, and is good for one origin.
///
/// AES-256-GCM under a key of the root secret with the origin as associated data, so a pass of one origin cannot be
/// opened for another. It holds no token: whoever has it can ask the gate, and nothing else. It ends with its session.
package struct GatePass: Sendable {
    private let key: SymmetricKey

    /// The length of the sealed bytes: nonce, four numbers, tag.
    private static let length = 12 + 40 + 16

    package init(root: RootSecret) { key = root.key(for: "gate/1") }

    package func seal(_ entry: GateEntry, for origin: String, random: RandomBits = systemRandomBits) -> String {
        var plain = entry.session.bytes
        for number in [entry.user, entry.expiresAt.microseconds, entry.authenticatedAt?.microseconds ?? .min] {
            plain += withUnsafeBytes(of: number.bigEndian) { Array($0) }
        }
        do {
            let nonce = try AES.GCM.Nonce(data: UUIDText.bytes(random()).prefix(12))
            let box = try AES.GCM.seal(plain, using: key, nonce: nonce, authenticating: Array(origin.utf8))
            return Base64URL.text(Array(nonce) + box.ciphertext + box.tag)
        } catch {
            preconditionFailure("AES-GCM refuses forty bytes: \(error)")
        }
    }

    /// - Returns: nil if the text was not sealed here, or for another origin.
    package func open(_ text: String, for origin: String) -> GateEntry? {
        guard text.utf8.count <= 2 * Self.length, let bytes = Base64URL.decode(text.utf8), bytes.count == Self.length,
            let box = try? AES.GCM.SealedBox(combined: bytes),
            let plain = try? AES.GCM.open(box, using: key, authenticating: Array(origin.utf8)),
            let session = SessionID(bytes: Array(plain.prefix(16)))
        else { return nil }
        let numbers = (0..<3).map { place in
            plain.dropFirst(16 + 8 * place).prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        }.map { Int64(bitPattern: $0) }
        return GateEntry(
            session: session, user: numbers[0], expiresAt: Timestamp(microseconds: numbers[1]),
            authenticatedAt: numbers[2] == .min ? nil : Timestamp(microseconds: numbers[2]))
    }
}

extension GateEntry {
    /// The entry as the claims of an access token, which ``IdentityService`` judges.
    var token: AccessToken {
        AccessToken(
            userID: user, expiresAt: expiresAt, issuedAt: nil, id: nil, sessionID: session,
            authentication: authenticatedAt.map { Authentication(at: $0, methods: [], level: "") })
    }
}
