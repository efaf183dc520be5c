// SPDX-License-Identifier: Apache-2.0

/// The claims of an access token (RFC 7519 §4.1). The value proves nothing by itself; ``IdentityService`` verifies
/// tokens.
public struct AccessToken: Sendable, Hashable {
    /// `user_id`: the account that the token was issued for.
    public var userID: User.ID
    /// `exp`, in whole seconds.
    public var expiresAt: Timestamp
    /// `iat`; nil in tokens of the Django service that this one replaces.
    public var issuedAt: Timestamp?
    /// `jti`, by which two tokens of one second differ.
    public var id: String?
    /// `sid`; nil in tokens of the Django service that this one replaces, which end only by `exp` and with their user.
    public var sessionID: SessionID?

    /// `auth_time`, `amr` and `acr`; nil in tokens of sessions that did not record them.
    public var authentication: Authentication?

    /// - Parameters:
    ///   - userID: the account that the token is for.
    ///   - expiresAt: `exp`.
    ///   - issuedAt: `iat`; nil for none.
    ///   - id: `jti`; nil for none.
    ///   - sessionID: `sid`; nil for none.
    ///   - authentication: `auth_time`, `amr` and `acr`; nil for none.
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
    /// True if the token was issued after a moment. A token without `iat` counts as issued before.
    func isIssued(after cutoff: Timestamp?) -> Bool {
        guard let cutoff else { return true }
        return issuedAt.map { $0 > cutoff } ?? false
    }
}

/// The reason why a bearer token was not accepted.
public enum AccessTokenError: Error, Equatable {
    /// The text is no token, or no key of the ring has signed it.
    case malformed
    /// The time of `exp` is over.
    case expired
    /// The signature is valid, but algorithm, audience, issuer, time or purpose are not those of this server.
    case refused
    /// The token is valid, but its session has ended or its account was deleted.
    case sessionEnded
    /// The token is valid, but its user is inactive.
    case userInactive
}
