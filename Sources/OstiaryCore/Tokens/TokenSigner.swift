// SPDX-License-Identifier: Apache-2.0

/// One key with its algorithm: makes signatures and checks them (RFC 7515 §5).
public protocol TokenSigner: Sendable {
    /// `alg` (RFC 7518 §3.1). A token whose header says another is refused: the key chooses, never the token (RFC 8725 §3.1).
    var algorithm: String { get }
    /// `kid` (RFC 7515 §4.1.4); nil as long as there is one key.
    var id: String? { get }
    /// Tells keys apart and gives none away.
    var fingerprint: String { get }

    func sign(_ text: [UInt8]) -> [UInt8]
    /// In the same time whatever the signature is.
    func verifies(_ signature: [UInt8], of text: ArraySlice<UInt8>) -> Bool
}
