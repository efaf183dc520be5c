// SPDX-License-Identifier: Apache-2.0

/// The claims of an access token (RFC 7519 §4.1). It proves nothing by itself: see ``AccessTokenCodec``.
public struct AccessToken: Sendable, Hashable {
    public var userID: User.ID
    /// `exp`, whole seconds.
    public var expiresAt: Timestamp
    /// `iat`; absent in tokens of the service that we succeed.
    public var issuedAt: Timestamp?
    /// `jti`: makes two tokens of one second different.
    public var id: String?
    /// `sid`; absent in tokens of the service that we succeed, which end only by `exp` and by their user.
    public var sessionID: SessionID?

    /// `auth_time`, `amr` and `acr`; absent in tokens from before sessions knew.
    public var authentication: Authentication?

    public init(
        userID: User.ID, expiresAt: Timestamp, issuedAt: Timestamp?, id: String?, sessionID: SessionID?,
        authentication: Authentication? = nil
    ) {
        self.userID = userID
        self.expiresAt = expiresAt
        self.issuedAt = issuedAt
        self.id = id
        self.sessionID = sessionID
        self.authentication = authentication
    }
}

extension AccessToken {
    /// Whether it is none of those that ended at a moment. One that does not say when it was issued may be.
    func isIssued(after cutoff: Timestamp?) -> Bool {
        guard let cutoff else { return true }
        return issuedAt.map { $0 > cutoff } ?? false
    }
}

/// Why a bearer token was not accepted.
public enum AccessTokenError: Error, Equatable {
    /// Not a token, tampered with, or signed by somebody else.
    case malformed
    case expired
    /// Well made, but not for here: algorithm, audience, issuer, time or purpose.
    case refused
    /// Ours and in time, but its session has ended, or its account is gone.
    case sessionEnded
    /// Ours and in time, but its user is inactive.
    case userInactive
}
