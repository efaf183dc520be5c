// SPDX-License-Identifier: Apache-2.0

/// When and by what a user proved who they are: what a session and its access tokens tell of its login.
public struct Authentication: Sendable, Hashable {
    /// `auth_time` (OpenID Connect Core §2). A refresh does not move it.
    public var at: Timestamp
    /// `amr` (RFC 8176).
    public var methods: [AuthenticationMethod]
    /// `acr` (OpenID Connect Core §2): the authenticator assurance level of NIST SP 800-63B §2, such as `aal1`.
    public var level: String

    public init(at: Timestamp, methods: [AuthenticationMethod] = [.password], level: String = "aal1") {
        self.at = at
        self.methods = methods
        self.level = level
    }
}

/// A value of `amr` (RFC 8176 §2). Without blanks: stores keep several with one between them.
public struct AuthenticationMethod: RawRepresentable, Sendable, Hashable {
    public let rawValue: String

    public init(rawValue: String) { self.rawValue = rawValue }

    public static let password = AuthenticationMethod(rawValue: "pwd")
}

/// Evidence by which a session may begin. The store compares it anew in the transaction that opens the session, so that
/// nothing which ended meanwhile opens one.
public enum AuthenticationProof: Sendable, Equatable {
    /// The account still has the password that was verified.
    /// - Parameter verified: in its encoded form.
    case password(verified: String)
}

/// A session with all that its access tokens tell of it.
public struct AuthenticatedSession: Sendable, Equatable {
    public var id: SessionID
    public var user: User.ID
    public var authentication: Authentication

    public init(id: SessionID, user: User.ID, authentication: Authentication) {
        self.id = id
        self.user = user
        self.authentication = authentication
    }
}
