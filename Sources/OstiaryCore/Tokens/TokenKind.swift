// SPDX-License-Identifier: Apache-2.0

/// A purpose of signed tokens, which their header names, so that none passes for one of another (RFC 8725 §3.11).
public struct TokenKind: Sendable, Hashable {
    /// `typ` (RFC 7515 §4.1.9), compared without case.
    public let type: String
    /// Takes tokens that name no type for this kind, too: the service that we succeed names none.
    public let isDefault: Bool

    public init(type: String, isDefault: Bool = false) {
        self.type = type
        self.isDefault = isDefault
    }

    public static let access = TokenKind(type: "JWT", isDefault: true)
}

/// Why a token is not accepted.
public enum TokenError: Error, Equatable {
    /// Not a token, tampered with, or signed by somebody else.
    case malformed
    case expired
    /// Well made, but not for here: algorithm, kind, time, audience or issuer.
    case refused
}
