// SPDX-License-Identifier: Apache-2.0

/// The reason why a token is not accepted. Its description holds nothing of the token.
public enum VerificationError: Error, Sendable, Equatable {
    /// The token is refused: answer 401 (RFC 6750 §3.1).
    /// - Parameter reason: the rule that refuses it.
    case refused(TokenRefusal)
    /// Nobody can say now: answer 503. A 401 would make the client throw a good token away.
    /// - Parameter reason: the cause.
    case unavailable(VerifierUnavailability)
}

/// A rule that refuses a token, by its name in logs.
public enum TokenRefusal: String, Sendable, CaseIterable {
    /// It is no signed JWT of at most 8,192 bytes in the only spelling, or has a member twice (RFC 7515 §5.2, RFC 8725 §2.4).
    case malformed
    /// Its header has `crit` (RFC 7515 §4.1.11).
    case criticalHeader = "crit"
    /// Its algorithm is none of those that are pinned, or not that of its key (RFC 8725 §3.1).
    case algorithm
    /// Its `typ` is not `at+jwt` (RFC 9068 §4): it is no access token.
    case type
    /// The issuer has no public key of its `kid`.
    case unknownKey = "unknown_key"
    /// The signature is not that of its key.
    case signature
    /// `iss` is another.
    case issuer
    /// `aud` names none of ours.
    case audience
    /// A claim is missing or of another type.
    case claims
    /// `exp` has passed.
    case expired
    /// `nbf` or `iat` is still to come.
    case notYetValid = "not_yet_valid"
    /// Its session has ended.
    case sessionEnded = "session_ended"
    /// Its user lost all tokens that were issued before a moment, and it is one of them.
    case userRevoked = "user_revoked"
    /// Its key was revoked.
    case keyRevoked = "key_revoked"
}

/// A cause for which nobody can say if a token is good.
public enum VerifierUnavailability: String, Sendable, CaseIterable {
    /// The public keys cannot be fetched.
    case noKeys = "no_keys"
    /// The feed of revocations is silent for longer than ``SilencePolicy/closed(after:)`` allows.
    case silent
}

extension VerificationError: CustomStringConvertible {
    /// A line for logs.
    public var description: String {
        switch self {
        case .refused(let reason): "token refused: \(reason.rawValue)"
        case .unavailable(let reason): "verifier unavailable: \(reason.rawValue)"
        }
    }
}
