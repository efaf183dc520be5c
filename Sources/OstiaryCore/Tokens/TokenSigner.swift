// SPDX-License-Identifier: Apache-2.0

/// A key with its algorithm, which verifies signatures (RFC 7515 §5.2).
public protocol VerifyingKey: Sendable {
    /// `alg` (RFC 7518 §3.1). A token whose header names another algorithm is refused: the key decides, never the token
    /// (RFC 8725 §3.1).
    var algorithm: String { get }
    /// `kid` (RFC 7515 §4.1.4); nil for the one key that has none.
    var id: String? { get }
    /// Identifies the key without revealing it.
    var fingerprint: String { get }

    /// - Returns: true if the signature is valid. The time must not depend on the signature.
    func verifies(_ signature: [UInt8], of text: ArraySlice<UInt8>) -> Bool
}

/// A key with its algorithm, which makes and verifies signatures (RFC 7515 §5).
public protocol TokenSigner: VerifyingKey {
    /// - Parameter text: header and payload as the token has them, joined by a dot.
    /// - Returns: the signature.
    func sign(_ text: [UInt8]) -> [UInt8]
}
