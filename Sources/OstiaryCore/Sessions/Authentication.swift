// SPDX-License-Identifier: Apache-2.0

/// The time, methods and level of a login, as the session and its access tokens carry them.
public struct Authentication: Sendable, Hashable {
    /// `auth_time` (OpenID Connect Core §2). A refresh does not move it.
    public var at: Timestamp
    /// `amr` (RFC 8176).
    public var methods: [AuthenticationMethod]
    /// `acr` (OpenID Connect Core §2): the authenticator assurance level of NIST SP 800-63B §2, such as `aal1`.
    public var level: String

    /// - Parameters:
    ///   - at: the time of the login (`auth_time`).
    ///   - methods: the ways in which the user has authenticated (`amr`).
    ///   - level: the authenticator assurance level (`acr`).
    public init(at: Timestamp, methods: [AuthenticationMethod] = [.password], level: String = "aal1") {
        self.at = at
        self.methods = methods
        self.level = level
    }
}

extension Authentication {
    /// The login of a session that a token of a Django service has opened. Nobody knows when it was, so it never counts as
    /// a recent one.
    package static let unknown = Authentication(at: Timestamp(microseconds: 0), methods: [], level: "")

    /// True if access tokens can tell the login.
    package var isKnown: Bool { !level.isEmpty }
}

/// A value of `amr` (RFC 8176 §2). It has no blanks, since stores separate several values by one.
public struct AuthenticationMethod: RawRepresentable, Sendable, Hashable {
    public let rawValue: String

    public init(rawValue: String) { self.rawValue = rawValue }

    /// A password: `pwd`.
    public static let password = AuthenticationMethod(rawValue: "pwd")
    /// A secret that was sent by mail. The registry of RFC 8176 names none for it; `otp` is a one-time password.
    public static let oneTimePassword = AuthenticationMethod(rawValue: "otp")
}

/// Evidence by which a session may begin. The store checks it in the transaction that opens the session, so evidence
/// that was revoked meanwhile opens none.
public enum AuthenticationProof: Sendable, Equatable {
    /// Holds while the account has the password that was verified.
    /// - Parameter verified: the encoded password.
    case password(verified: String)
    /// Uses up a link of ``LinkPurpose/login`` of the account. The first proof of an address ends all sessions and makes
    /// the password unusable, since both may belong to somebody who has registered it first.
    case link(OneTimeDigest)
    /// Uses up a code of the account, by the token of the client that asked for it. As ``link(_:)`` otherwise.
    case code(MailPreparation.Code)
}

/// The fields of a session that its access tokens carry.
public struct AuthenticatedSession: Sendable, Equatable {
    /// The `sid` of the access tokens.
    public var id: SessionID
    /// The account of the session.
    public var user: User.ID
    /// The login that opened the session.
    public var authentication: Authentication
    /// The names of the user's groups that ``GroupsClaim`` has chosen; nil where tokens name none.
    public var groups: [String]?

    /// - Parameters:
    ///   - id: the `sid` of the access tokens.
    ///   - user: the account of the session.
    ///   - authentication: the login that opened it.
    ///   - groups: the names of the user's groups for the access token; nil where tokens name none.
    public init(id: SessionID, user: User.ID, authentication: Authentication, groups: [String]? = nil) {
        self.id = id
        self.user = user
        self.authentication = authentication
        self.groups = groups
    }
}
