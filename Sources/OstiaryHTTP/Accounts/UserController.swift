// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
package import OstiaryCore

/// `/api/admin/users/`: accounts, for administrators.
package struct UserController: Sendable {
    private let accounts: AccountService
    private let showsVerification: Bool

    /// - Parameter showsVerification: true to tell if addresses are proven.
    package init(accounts: AccountService, showsVerification: Bool = false) {
        self.accounts = accounts
        self.showsVerification = showsVerification
    }

    /// The operations of the endpoints.
    package static let operations = [
        listing, adding, counting, acting, showing, changing, deleting, settingPassword,
    ]

    package var endpoints: [Endpoint] {
        [
            Endpoint(Self.listing) { call, _ in try await list(call) },
            Endpoint(Self.adding) { call, _ in try await add(call) },
            Endpoint(Self.counting) { call, _ in try await count(call) },
            Endpoint(Self.acting) { call, _ in try await act(call, accounts) },
            Endpoint(Self.showing) { call, _ in try await show(call) },
            Endpoint(Self.changing, handler: change),
            Endpoint(Self.deleting) { call, _ in try await delete(call) },
            Endpoint(Self.settingPassword) { call, _ in try await setPassword(call) },
        ]
    }

    private func list(_ call: Call) async throws -> Answer {
        var reader = call.parameters()
        var query = UserFilters.query(&reader)
        query.order = reader.choice(UserFilters.order).flatMap(UserQuery.Order.init)
        if let cursor = reader.text(.cursor, atMost: PageCursor.maximumLength), !query.resume(at: cursor) {
            reader.refuse(.cursor, .cursorInvalid)
        }
        try reader.check()
        let page = try await accounts.list(query, in: call.context)
        return .page(page) { [showsVerification] in $0.user($1, showsVerification: showsVerification) }
    }

    private func count(_ call: Call) async throws -> Answer {
        var reader = call.parameters()
        let query = UserFilters.query(&reader)
        try reader.check()
        let (count, isMore) = try await accounts.count(query, in: call.context)
        return Answer { json in
            json.beginObject()
            json.key("count")
            json.integer(Int64(count))
            json.key("is_more")
            json.bool(isMore)
            json.endObject()
        }
    }

    private func add(_ call: Call) async throws -> Answer {
        var fields = try call.fields()
        let email = fields.email(Self.newEmail, isNew: true)
        let password = fields.text(Self.optionalPassword)
        var attributes = AccountService.Attributes()
        attributes.username = fields.text(Self.username) ?? ""
        attributes.firstName = fields.text(Self.firstName) ?? ""
        attributes.lastName = fields.text(Self.lastName) ?? ""
        attributes.isActive = fields.flag(Self.isActive) ?? true
        attributes.isStaff = fields.flag(Self.isStaff)
        attributes.isSuperuser = fields.flag(Self.isSuperuser)
        attributes.mustChangePassword = fields.flag(Self.mustChange) ?? true
        try fields.check()
        guard let email else { throw Refusal.internalError }
        if let password {
            let violations = accounts.violations(of: password, email: email.text, attributes)
            guard violations.isEmpty else { throw Refusal.password(Self.password, violations) }
        } else {
            attributes.mustChangePassword = false
        }
        do {
            let user = try await accounts.createUser(
                email: email.text, password: password, attributes: attributes, in: call.context)
            return Answer(status: .created) { $0.user(user, showsVerification: showsVerification) }
        } catch AccountError.emailTaken { throw Refusal.emailTaken }
    }

    private func show(_ call: Call) async throws -> Answer {
        let detail = try await Self.found { try await accounts.detail(call.userID(), in: call.context) }
        return .detail(detail, call, showsVerification: showsVerification)
    }

    private func change(_ call: Call, _ identity: Identity) async throws -> Answer {
        var fields = try call.fields()
        var change = AccountChange()
        change.email = fields.email(Self.email, isNew: true)
        change.username = fields.text(Self.username)
        change.firstName = fields.text(Self.firstName)
        change.lastName = fields.text(Self.lastName)
        change.isActive = fields.flag(Self.isActive)
        change.isStaff = fields.flag(Self.isStaff)
        change.isSuperuser = fields.flag(Self.isSuperuser)
        change.groups = fields.ids(Self.groups).map(Set.init)
        change.permissions = fields.permissions(Self.permissions)
        try fields.check()
        let id = try call.userID()
        let before = try await Self.found { try await accounts.detail(id, in: call.context) }
        change = change.differing(from: before)
        guard !change.concernsAccess || identity.isFresh(at: call.context.now) else {
            throw Refusal.freshLoginRequired
        }
        do {
            let detail = try await Self.found { try await accounts.change(id, with: change, in: call.context) }
            return .detail(detail, call, showsVerification: showsVerification)
        } catch AccountError.emailTaken {
            throw Refusal.emailTaken
        } catch AccountError.unknownGroup(let group) {
            throw Refusal.field(Self.groups.name, code: "does_not_exist", "There is no group \(group).")
        }
    }

    private func delete(_ call: Call) async throws -> Answer {
        try await Self.found { try await accounts.delete(id: call.userID(), in: call.context) }
        return .nothing
    }

    private func setPassword(_ call: Call) async throws -> Answer {
        var fields = try call.fields()
        let password = fields.text(Self.password)
        let mustChange = fields.flag(Self.mustChange) ?? true
        try fields.check()
        guard let password else { throw Refusal.internalError }
        let user = try await Self.found { try await accounts.detail(call.userID(), in: call.context) }.user
        let violations = accounts.violations(of: password, email: user.email, AccountService.Attributes(of: user))
        guard violations.isEmpty else { throw Refusal.password(Self.password, violations) }
        try await Self.found {
            try await accounts.changePassword(of: user.id, to: password, mustChange: mustChange, in: call.context)
        }
        return .nothing
    }

    private static func found<Value>(_ work: () async throws -> Value) async throws -> Value {
        do { return try await work() } catch AccountError.unknownUser { throw Refusal.notFound }
    }
}

extension Call {
    /// The id of the path.
    /// - Throws: 404 for a text that is no id.
    func userID() throws -> User.ID {
        guard let argument, argument.utf8.count < 20, argument.utf8.allSatisfy(\.isASCIIDigit),
            let id = User.ID(argument)
        else { throw Refusal.notFound }
        return id
    }
}

extension FieldReader {
    /// Reads a list of permissions.
    mutating func permissions(_ field: Field) -> Set<Permission>? {
        guard let texts = texts(field) else { return nil }
        var permissions: Set<Permission> = []
        for text in texts {
            guard let permission = Permission(text) else {
                refuse(
                    field, FieldMessage(code: "invalid", text: "A permission looks like app.codename, in lower case."))
                return nil
            }
            permissions.insert(permission)
        }
        return permissions
    }
}
