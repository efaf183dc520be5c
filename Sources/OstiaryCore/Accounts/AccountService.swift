// SPDX-License-Identifier: Apache-2.0

/// Creates and administers accounts for operators and embedders, like Django's user manager. Passwords are not
/// validated here.
///
/// Registration by users goes through ``RegistrationService``.
public struct AccountService: Sendable {
    private let accounts: any AccountStore
    private let passwordStore: any PasswordStore
    private let passwords: Passwords
    private let minimumPasswordLength: @Sendable () -> Int
    private let contextWords: [String]
    private let notices: Notices

    /// - Parameter minimumPasswordLength: called for each password that is checked.
    package init(
        accounts: any AccountStore, passwordStore: any PasswordStore, passwords: Passwords,
        minimumPasswordLength: @escaping @Sendable () -> Int = { Setting<Int>.passwordMinimumLength.defaultValue },
        contextWords: [String] = PasswordPolicy.contextWords(publicURL: nil), notices: Notices = .off
    ) {
        self.notices = notices
        self.accounts = accounts
        self.passwordStore = passwordStore
        self.passwords = passwords
        self.minimumPasswordLength = minimumPasswordLength
        self.contextWords = contextWords
    }

    /// The fields of a new account besides login and password.
    public struct Attributes: Sendable {
        /// The display name; may be blank.
        public var username = ""
        /// The given name; may be blank.
        public var firstName = ""
        /// The family name; may be blank.
        public var lastName = ""
        /// False for an account that cannot log in until it is activated.
        public var isActive = true
        /// True for a member of the staff. nil is false for a user and true for a superuser, who cannot be created with
        /// false.
        public var isStaff: Bool?
        /// True for an account with every permission. nil as for ``isStaff``.
        public var isSuperuser: Bool?
        /// True if the password is to be changed after the first login.
        public var mustChangePassword = false

        /// The attributes of an active account without names and flags.
        public init() {}

        /// The fields of an account.
        package init(of user: User) {
            username = user.username
            firstName = user.firstName
            lastName = user.lastName
        }
    }

    /// The rules that a new password of an account breaks.
    package func violations(of password: String, email: String, _ attributes: Attributes) -> [PasswordViolation] {
        PasswordPolicy.violations(
            of: PasswordText.normalized(password) ?? password,
            attributes: [
                ("username", attributes.username), ("first name", attributes.firstName),
                ("last name", attributes.lastName), ("email", email),
            ],
            contextWords: contextWords, minimumLength: minimumPasswordLength())
    }

    /// Creates an account.
    /// - Parameters:
    ///   - email: the login.
    ///   - password: nil for an unusable one: nobody can log in until a password is set.
    ///   - attributes: the further fields.
    ///   - context: the context of the call: author, time, deadline.
    /// - Returns: the created user.
    /// - Throws: ``AccountError``, ``StoreUnavailable``, ``Overloaded``, ``PasswordHashingFailed``.
    public func createUser(
        email: String, password: String?, attributes: Attributes = Attributes(), in context: RequestContext
    ) async throws -> User {
        guard !email.isEmpty else { throw AccountError.emailRequired }
        guard email.unicodeScalars.count <= EmailAddress.maximumLength, let address = EmailAddress(email) else {
            throw AccountError.invalidEmail
        }
        let encoded = if let password { try await passwords.hash(password) } else { Passwords.unusable() }
        var user = NewUser(email: address, encodedPassword: encoded)
        user.username = attributes.username
        user.firstName = attributes.firstName
        user.lastName = attributes.lastName
        user.isActive = attributes.isActive
        user.isStaff = attributes.isStaff ?? false
        user.isSuperuser = attributes.isSuperuser ?? false
        user.mustChangePassword = attributes.mustChangePassword
        switch try await accounts.create(user, in: context) {
        case .created(let user): return user
        case .emailTaken: throw AccountError.emailTaken
        }
    }

    /// Creates an account with `isStaff` and `isSuperuser`; attributes that set either to false are an error.
    /// - Throws: as ``createUser(email:password:attributes:in:)``, and ``AccountError/superuserMustBeStaff`` or
    ///   ``AccountError/superuserMustBeSuperuser``.
    public func createSuperuser(
        email: String, password: String?, attributes: Attributes = Attributes(), in context: RequestContext
    ) async throws -> User {
        guard attributes.isStaff != false else { throw AccountError.superuserMustBeStaff }
        guard attributes.isSuperuser != false else { throw AccountError.superuserMustBeSuperuser }
        var attributes = attributes
        attributes.isStaff = true
        attributes.isSuperuser = true
        return try await createUser(email: email, password: password, attributes: attributes, in: context)
    }

    /// Reads an account with everything that an administrator sees of it.
    /// - Throws: ``AccountError/unknownUser``, ``StoreUnavailable``.
    public func detail(_ id: User.ID, in context: RequestContext) async throws -> AccountDetail {
        guard let detail = try await accounts.detail(id: id, in: context) else { throw AccountError.unknownUser }
        return detail
    }

    /// Changes the fields that are not nil.
    /// - Throws: ``AccountError``, ``AdministrationRefusal``, ``StoreUnavailable``.
    public func change(
        _ id: User.ID, with change: AccountChange, in context: RequestContext
    ) async throws -> AccountDetail {
        switch try await accounts.change(id: id, with: change, in: context) {
        case .changed(let detail): return detail
        case .emailTaken: throw AccountError.emailTaken
        case .unknownUser: throw AccountError.unknownUser
        case .unknownGroup(let group): throw AccountError.unknownGroup(group)
        }
    }

    /// Lists the users that match a query, a page at a time.
    /// - Throws: ``StoreUnavailable``.
    public func list(_ query: UserQuery, in context: RequestContext) async throws -> ListPage<User> {
        try await accounts.users(query, in: context)
    }

    /// The most accounts that one action on all that match is done to.
    public static let maximumMatches = 10_000

    /// Counts the users that match a query, up to ``maximumMatches``.
    /// - Throws: ``StoreUnavailable``.
    public func count(_ query: UserQuery, in context: RequestContext) async throws -> (count: Int, isMore: Bool) {
        try await accounts.count(query, atMost: Self.maximumMatches, in: context)
    }

    /// The outcome of an action on all users that match a query.
    public enum MassOutcome: Sendable, Equatable {
        /// The action was done, as far as the author may; the numbers of accounts by outcome.
        case done(ActionCounts)
        /// Another number of users match than was confirmed. Nothing was done.
        case otherNumber(Int)
        /// More than ``AccountService/maximumMatches`` match. Nothing was done.
        case tooMany
    }

    /// Does one action to all users that match a query, in small transactions.
    /// - Parameters:
    ///   - action: the action.
    ///   - query: the filters.
    ///   - confirmed: the number of users that the author expects to match.
    ///   - context: the context of the call: author, time, deadline.
    /// - Throws: ``StoreUnavailable``; accounts of earlier transactions stay as they are then.
    public func perform(
        _ action: AccountAction, onAll query: UserQuery, confirmed: Int, in context: RequestContext
    ) async throws -> MassOutcome {
        var (ids, cursor) = ([User.ID](), PageCursor?.none)
        repeat {
            try Task.checkCancellation()
            let page = try await accounts.ids(matching: query, after: cursor, limit: 5_000, in: context.renewed)
            ids += page.items
            cursor = page.next
        } while cursor != nil && ids.count <= Self.maximumMatches
        guard ids.count <= Self.maximumMatches else { return .tooMany }
        guard ids.count == confirmed else { return .otherNumber(ids.count) }
        return .done(try await perform(action, on: ids, in: context))
    }

    /// The most accounts that one transaction acts on: few enough that no login waits for it.
    private static let portion = 100

    /// Does one action to several accounts, in small transactions.
    /// - Throws: ``StoreUnavailable``; accounts of earlier transactions stay as they are then.
    public func perform(
        _ action: AccountAction, on ids: [User.ID], in context: RequestContext
    ) async throws -> ActionCounts {
        var counts = ActionCounts()
        var rest = ids[...]
        while !rest.isEmpty {
            counts =
                counts + (try await accounts.perform(action, on: Array(rest.prefix(Self.portion)), in: context.renewed))
            rest = rest.dropFirst(Self.portion)
        }
        return counts
    }

    /// Activates or deactivates an account. Deactivation ends every session; activation restores none.
    /// - Throws: ``AccountError/unknownUser``, ``StoreUnavailable``.
    public func setActive(_ isActive: Bool, id: User.ID, in context: RequestContext) async throws -> Activation {
        guard let activation = try await accounts.setActive(isActive, id: id, in: context) else {
            throw AccountError.unknownUser
        }
        return activation
    }

    /// Makes the budgets whole that logins of an account have spent: within a second in every running server.
    /// - Throws: ``AccountError/unknownUser``, ``StoreUnavailable``.
    public func unlock(id: User.ID, in context: RequestContext) async throws {
        guard try await accounts.unlock(id: id, in: context) else { throw AccountError.unknownUser }
    }

    /// Sets a new password and ends every session of the account.
    /// - Parameters:
    ///   - id: the id of the account.
    ///   - password: the new password, exactly as typed.
    ///   - mustChange: true to mark the password as one to be changed, which each login tells until it is.
    ///   - context: the context of the call: author, time, deadline.
    /// - Throws: ``AccountError/unknownUser``, ``AdministrationRefusal``, ``StoreUnavailable``, ``Overloaded``,
    ///   ``PasswordHashingFailed``.
    public func changePassword(
        of id: User.ID, to password: String, mustChange: Bool = false, in context: RequestContext
    ) async throws {
        let encoded = try await passwords.hash(password)
        let isReset = try await passwordStore.resetPassword(
            id: id, to: encoded, mustChange: mustChange, notice: notices.notice(.passwordChanged, in: context),
            in: context)
        guard isReset else { throw AccountError.unknownUser }
    }

    /// Deletes an account with everything that belongs to it.
    /// - Throws: ``AccountError/unknownUser``, ``StoreUnavailable``.
    public func delete(id: User.ID, in context: RequestContext) async throws {
        guard try await accounts.delete(id: id, in: context) else { throw AccountError.unknownUser }
    }

    /// - Returns: the user with that id or login.
    /// - Throws: ``AccountError/unknownUser``, ``StoreUnavailable``.
    public func user(_ account: AccountReference, in context: RequestContext) async throws -> User {
        let user =
            switch account {
            case .id(let id): try await accounts.user(id: id, in: context)
            case .email(let email): try await accounts.credential(email: email, in: context)?.user
            }
        guard let user else { throw AccountError.unknownUser }
        return user
    }

    /// Lists users in the order of their ids.
    /// - Parameters:
    ///   - id: the id after which the list begins.
    ///   - limit: the most users to return.
    ///   - context: the context of the call: author, time, deadline.
    /// - Throws: ``StoreUnavailable``.
    public func list(after id: User.ID = 0, limit: Int, in context: RequestContext) async throws -> [User] {
        try await accounts.list(after: id, limit: limit, in: context)
    }
}

/// The reason why an account was not created or not found. The texts are those of Django's user manager.
public enum AccountError: Error, Equatable, CustomStringConvertible {
    /// The address is empty.
    case emailRequired
    /// The address has not the form of one, or is longer than 254 code points.
    case invalidEmail
    /// Another account has the address, in any case of its letters. Nothing was changed.
    case emailTaken
    /// The attributes of a superuser have ``AccountService/Attributes/isStaff`` set to false.
    case superuserMustBeStaff
    /// The attributes of a superuser have ``AccountService/Attributes/isSuperuser`` set to false.
    case superuserMustBeSuperuser
    /// There is no account with the id or address.
    case unknownUser
    /// There is no group with this id. Nothing was changed.
    case unknownGroup(Group.ID)

    public var description: String {
        switch self {
        case .emailRequired: "The Email field must be set"
        case .invalidEmail: "Enter a valid email address."
        case .emailTaken: "custom user with this email already exists."
        case .superuserMustBeStaff: "Superuser must have is_staff=True"
        case .superuserMustBeSuperuser: "Superuser must have is_superuser=True"
        case .unknownUser: "There is no account with this e-mail address or id."
        case .unknownGroup(let id): "There is no group \(id)."
        }
    }
}
