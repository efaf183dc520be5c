// SPDX-License-Identifier: Apache-2.0

/// The purpose of a signed token, as its header names it, so that tokens of one kind are not accepted as another
/// (RFC 8725 §3.11).
public struct TokenKind: Sendable, Hashable {
    /// `typ` (RFC 7515 §4.1.9), compared without case.
    public let type: String
    /// True if tokens without `typ` are of this kind, as those of the Django service that this one replaces.
    public let isDefault: Bool

    /// - Parameters:
    ///   - type: the `typ` of the header, another one for each kind.
    ///   - isDefault: true if tokens without `typ` are of this kind.
    public init(type: String, isDefault: Bool = false) {
        self.type = type
        self.isDefault = isDefault
    }

    /// Access tokens: `typ` is `JWT`, or missing.
    public static let access = TokenKind(type: "JWT", isDefault: true)
    /// Access tokens that public keys verify (RFC 9068 §2.1): `typ` is `at+jwt`.
    public static let publicAccess = TokenKind(type: "at+jwt")
}

/// The reason why a token is not accepted.
public enum TokenError: Error, Equatable {
    /// The text is no token, or no key of the ring has signed it.
    case malformed
    /// The time of `exp` is over.
    case expired
    /// Algorithm, kind or time are not acceptable.
    case refused
}
