// SPDX-License-Identifier: Apache-2.0

package import Crypto

/// The secret that everything hangs on which is not a token: names of budgets, forms of pages, digests in the audit log.
/// It stays when the key that signs tokens is replaced, which so resets none of that.
package struct RootSecret: Sendable, CustomStringConvertible, CustomReflectable {
    private let material: SymmetricKey

    /// As long as the hash of the derivation.
    package static let minimumBytes = 32

    /// - Returns: nil when it is shorter than ``minimumBytes``.
    package init?(_ secret: some Sequence<UInt8>) {
        let bytes = Array(secret)
        guard bytes.count >= Self.minimumBytes else { return nil }
        material = SymmetricKey(data: bytes)
    }

    /// A key of its own for each purpose; none is found from another, nor the secret from any (HKDF, RFC 5869).
    /// - Parameter purpose: a path with a version, such as `throttling/1`.
    package func key(for purpose: String) -> SymmetricKey {
        HKDF<SHA256>.deriveKey(
            inputKeyMaterial: material, info: Array("ostiary/\(purpose)".utf8), outputByteCount: 32
        )
    }

    /// Tells secrets apart and gives none away.
    package var fingerprint: String {
        var text: [UInt8] = []
        key(for: "fingerprint/1").withUnsafeBytes { Base64URL.append(Array($0), to: &text) }
        return String(decoding: text, as: UTF8.self)
    }

    package var description: String { "RootSecret(redacted)" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
