// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import OstiaryCore
import OstiaryHTTP

extension AdminVisit {
    /// `/admin/users/add/`.
    mutating func addUser() async throws -> OutgoingResponse {
        try demand(.addUser)
        guard let form else { return userForm(nil, .none) }
        let reply = await ask(.post, AdminAPI.users, UserChanges(form).added)
        guard reply.isDone else {
            guard reply.isOfForm else { throw AdminRefusal(reply: reply) }
            return userForm(nil, reply.problems, reply.status)
        }
        let user = AdminUser(reply.document)
        return leave(
            to: own.allows(.viewUser) ? user.path : AdminSection.overview.path, AdminNotice(.accountAdded))
    }

    private func userForm(
        _ user: AdminUser?, _ problems: FormProblems, _ status: HTTPResponse.Status = .ok,
        groups: (groups: [AdminGroup], isAll: Bool) = ([], true)
    ) -> OutgoingResponse {
        let view = UserFormView(
            frame: user.map { frame.titled($0.email, below: $0.here) } ?? frame.titled("Add an account"), user: user,
            groups: groups.groups, hasAllGroups: groups.isAll, own: own, typed: form, problems: problems)
        return show(view.html, status)
    }

    /// `/admin/users/{id}/`.
    mutating func user(_ id: Int64) async throws -> OutgoingResponse {
        let user = AdminUser(try await read(AdminAPI.user(id)))
        guard let form, user.canChange else {
            if form != nil { throw AdminRefusal.forbidden }
            return userForm(user, .none, groups: try await groups(for: user))
        }
        let changes = UserChanges(form)
        guard let body = changes.changed else { return leave(to: user.path, AdminNotice(.nothingChanged)) }
        let reply = await ask(.put, AdminAPI.user(id), body)
        guard reply.isDone else {
            guard reply.isOfForm else { throw AdminRefusal(reply: reply) }
            return userForm(user, reply.problems, reply.status, groups: try await groups(for: user))
        }
        let after = AdminUser(reply.document)
        if user.isActive, !after.isActive {
            return leave(to: user.path, AdminNotice(.accountDeactivated, user.sessions))
        }
        if !user.isActive, after.isActive { return leave(to: user.path, AdminNotice(.accountActivated)) }
        return leave(to: user.path, AdminNotice(.accountChanged))
    }

    /// The groups that the form of an account offers: all, and those of the account.
    private func groups(for user: AdminUser) async throws -> (groups: [AdminGroup], isAll: Bool) {
        guard user.canChange, own.allows(.viewGroup) else { return (user.groups, true) }
        let all = await groupNames()
        let further = user.groups.filter { group in !all.groups.contains { $0.id == group.id } }
        return (all.groups + further, all.isAll)
    }

    /// `/admin/users/{id}/password/`.
    mutating func password(of id: Int64) async throws -> OutgoingResponse {
        let user = AdminUser(try await read(AdminAPI.user(id)))
        frame.crumbs.append(user.crumb)
        guard user.canChange else { throw AdminRefusal.forbidden }
        guard let form, let password = form["password"] else {
            // The own password is asked for first, so that nobody types the new one twice.
            guard own.isFresh || form?.ownPassword != nil else { return confirm() }
            return show(PasswordView(frame: frame.titled("Set a password"), user: user, problems: .none).html)
        }
        let mustChange = !form.all("must_change").isEmpty
        let reply = await ask(
            .post, AdminAPI.password(of: id), ["password": .init(password), "must_change": .bool(mustChange)])
        if reply.isDone { return leave(to: user.path, AdminNotice(.passwordSet, user.sessions)) }
        guard reply.isOfForm else { throw AdminRefusal(reply: reply) }
        let view = PasswordView(
            frame: frame.titled("Set a password"), user: user, mustChange: mustChange, problems: reply.problems)
        return show(view.html, reply.status)
    }

    /// `/admin/users/{id}/delete/`.
    mutating func deletion(of id: Int64) async throws -> OutgoingResponse {
        let user = AdminUser(try await read(AdminAPI.user(id)))
        frame.crumbs.append(user.crumb)
        guard user.canDelete else { throw AdminRefusal.forbidden }
        guard form != nil else {
            return show(UserDeletionView(frame: frame.titled("Delete an account"), user: user).html)
        }
        let reply = await ask(.delete, AdminAPI.user(id))
        guard reply.isDone else { throw AdminRefusal(reply: reply) }
        return leave(to: AdminSection.users.path, AdminNotice(.accountDeleted, user.sessions))
    }
}

extension AdminReply {
    /// True for a refusal that the form shows, so that it can be mended there.
    var isOfForm: Bool {
        status == .badRequest || status == .conflict
            || status == .forbidden && code.hasSameBytes(as: "permission_denied")
    }
}

extension AdminUser {
    fileprivate var here: Crumb { Crumb(crumbName: email, crumbLink: path, isHere: true) }
}
