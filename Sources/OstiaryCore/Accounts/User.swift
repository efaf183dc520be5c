// SPDX-License-Identifier: Apache-2.0

/// An account as everybody but the password check sees it.
public struct User: Sendable, Hashable, Identifiable {
    public let id: Int64
    /// The login. Unique without regard to case.
    public var email: String
    /// A display name: may be blank, need not be unique.
    public var username: String
    public var firstName: String
    public var lastName: String
    /// False for a deactivated account: it can neither log in nor use what it was given before.
    public var isActive: Bool
    public var isStaff: Bool
    public var isSuperuser: Bool
    /// The last login with a password; a refresh does not count.
    public var lastLogin: Timestamp?

    public init(
        id: Int64, email: String, username: String = "", firstName: String = "", lastName: String = "",
        isActive: Bool = true, isStaff: Bool = false, isSuperuser: Bool = false, lastLogin: Timestamp? = nil
    ) {
        self.id = id
        self.email = email
        self.username = username
        self.firstName = firstName
        self.lastName = lastName
        self.isActive = isActive
        self.isStaff = isStaff
        self.isSuperuser = isSuperuser
        self.lastLogin = lastLogin
    }
}

/// An account that is to be made.
public struct NewUser: Sendable {
    public var email: EmailAddress
    /// In Django's encoded form.
    public var encodedPassword: String
    public var username = ""
    public var firstName = ""
    public var lastName = ""
    public var isActive = true
    public var isStaff = false
    public var isSuperuser = false
    /// From where it is made, which is known for it from then on; nil for none.
    public var network: Network?

    public init(email: EmailAddress, encodedPassword: String) {
        self.email = email
        self.encodedPassword = encodedPassword
    }
}

/// A user together with what verifies the password. Not printable, so that it cannot reach a log by accident.
public struct Credential: Sendable, CustomStringConvertible, CustomReflectable {
    public let user: User
    /// In Django's encoded form.
    public let encodedPassword: String
    /// The last login from the network that was asked about, to about ``KnownNetwork``'s interval; nil if there was none.
    public let lastSignIn: Timestamp?

    public init(user: User, encodedPassword: String, lastSignIn: Timestamp? = nil) {
        self.user = user
        self.encodedPassword = encodedPassword
        self.lastSignIn = lastSignIn
    }

    public var description: String { "Credential(user: \(user.id))" }
    public var customMirror: Mirror { Mirror(self, children: ["user": user.id]) }
}
