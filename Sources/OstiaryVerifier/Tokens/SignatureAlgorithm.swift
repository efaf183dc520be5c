// SPDX-License-Identifier: Apache-2.0

/// An algorithm of signatures that public keys verify (RFC 7518 §3.1, RFC 8037), by its name in `alg`.
public enum SignatureAlgorithm: String, Sendable, Hashable, CaseIterable {
    /// ECDSA with P-256 and SHA-256.
    case es256 = "ES256"
    /// RSASSA-PKCS1-v1_5 with SHA-256, by keys of at least 2,048 bits.
    case rs256 = "RS256"
    /// Ed25519.
    case eddsa = "EdDSA"
}
