// SPDX-License-Identifier: Apache-2.0

package import Crypto

/// The secret from which all keys but those of tokens are derived: for budgets, forms of pages, digests in the audit
/// log. A rotation of the signing key does not change it, so that budgets and forms stay valid.
package struct RootSecret: Sendable, CustomStringConvertible, CustomReflectable {
    private let material: SymmetricKey

    /// The minimum length in bytes: that of the hash of the derivation.
    package static let minimumBytes = 32

    /// - Returns: nil if the secret is shorter than ``minimumBytes``.
    package init?(_ secret: some Sequence<UInt8>) {
        let bytes = Array(secret)
        guard bytes.count >= Self.minimumBytes else { return nil }
        material = SymmetricKey(data: bytes)
    }

    /// Derives a key (HKDF, RFC 5869). Neither another key nor the secret can be computed from it.
    /// - Parameter purpose: a path with a version, such as `throttling/1`.
    package func key(for purpose: String) -> SymmetricKey {
        HKDF<SHA256>.deriveKey(
            inputKeyMaterial: material, info: Array("ostiary/\(purpose)".utf8), outputByteCount: 32
        )
    }

    /// Identifies the secret without revealing it.
    package var fingerprint: String {
        key(for: "fingerprint/1").withUnsafeBytes { Base64URL.text($0) }
    }

    package var description: String { "RootSecret(redacted)" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
