// SPDX-License-Identifier: Apache-2.0

/// An account without its password.
public struct User: Sendable, Hashable, Identifiable {
    public let id: Int64
    /// The login. Unique without regard to case.
    public var email: String
    /// A display name; may be blank and need not be unique.
    public var username: String
    /// The given name; may be blank.
    public var firstName: String
    /// The family name; may be blank.
    public var lastName: String
    /// False for a deactivated account: it cannot log in, and its tokens are refused.
    public var isActive: Bool
    /// True for a member of the staff, who may enter the administration.
    public var isStaff: Bool
    /// True for an account that has every permission.
    public var isSuperuser: Bool
    /// The time of the last login; a refresh does not count.
    public var lastLogin: Timestamp?
    /// True if a message to the address has shown that the user receives it.
    public var isEmailVerified: Bool

    /// - Parameters:
    ///   - id: the primary key.
    ///   - email: the login.
    ///   - username: the display name.
    ///   - firstName: the given name.
    ///   - lastName: the family name.
    ///   - isActive: false for a deactivated account.
    ///   - isStaff: true for a member of the staff.
    ///   - isSuperuser: true for an account that has every permission.
    ///   - lastLogin: the time of the last login; nil for none.
    ///   - isEmailVerified: true if the address is proven.
    public init(
        id: Int64, email: String, username: String = "", firstName: String = "", lastName: String = "",
        isActive: Bool = true, isStaff: Bool = false, isSuperuser: Bool = false, lastLogin: Timestamp? = nil,
        isEmailVerified: Bool = false
    ) {
        self.isEmailVerified = isEmailVerified
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

/// An account to be created.
public struct NewUser: Sendable {
    /// The login. Unique without regard to case.
    public var email: EmailAddress
    /// In Django's encoded form.
    public var encodedPassword: String
    /// The display name; may be blank.
    public var username = ""
    /// The given name; may be blank.
    public var firstName = ""
    /// The family name; may be blank.
    public var lastName = ""
    /// False for an account that cannot log in until it is activated.
    public var isActive = true
    /// True for a member of the staff, who may enter the administration.
    public var isStaff = false
    /// True for an account that has every permission.
    public var isSuperuser = false
    /// True if the password is to be changed after the first login.
    public var mustChangePassword = false
    /// The network of the registration, which becomes a known network of the account; nil for none.
    public var network: Network?
    /// The message that the owner gets with the creation; nil for none.
    public var notice: MailNotice?

    /// - Parameters:
    ///   - email: the login.
    ///   - encodedPassword: the password in Django's encoded form.
    public init(email: EmailAddress, encodedPassword: String) {
        self.email = email
        self.encodedPassword = encodedPassword
    }
}

/// A user with the stored password. It prints without the password, so that no log shows it by accident.
public struct PasswordRecord: Sendable, CustomStringConvertible, CustomReflectable {
    /// The account that the password belongs to.
    public let user: User
    /// In Django's encoded form.
    public let encodedPassword: String
    /// The last login from the network that was asked for, with an error of up to a day; nil if there was none.
    public let lastSignIn: Timestamp?

    /// - Parameters:
    ///   - user: the account.
    ///   - encodedPassword: its password in Django's encoded form.
    ///   - lastSignIn: its last login from the network that was asked for; nil if there was none.
    public init(user: User, encodedPassword: String, lastSignIn: Timestamp? = nil) {
        self.user = user
        self.encodedPassword = encodedPassword
        self.lastSignIn = lastSignIn
    }

    public var description: String { "PasswordRecord(user: \(user.id))" }
    public var customMirror: Mirror { Mirror(self, children: ["user": user.id]) }
}
