// SPDX-License-Identifier: Apache-2.0

/// An asymmetric algorithm of signatures (RFC 7518 §3.1, RFC 8037), by its name in `alg`.
package enum KeyAlgorithm: String, Sendable, Hashable, CaseIterable {
    /// ECDSA with P-256 and SHA-256. All verifiers that were tried read it, so it is the default.
    case es256 = "ES256"
    /// RSASSA-PKCS1-v1_5 with SHA-256 and 3,072 bits: a signature takes a hundred times as long as one of ES256.
    case rs256 = "RS256"
    /// Ed25519. Apache's modules, HAProxy 2.6, Dovecot and Authlib's validator of RFC 9068 do not read it.
    case eddsa = "EdDSA"
}
