// SPDX-License-Identifier: Apache-2.0

/// The rule by which administrators change accounts and groups: nobody gives a right, a flag or a group that they lack,
/// nobody touches an account with more rights, and the last active superuser stays.
///
/// A pure function, which stores ask inside the transaction that makes the change.
package enum AdministrationRule {
    /// The author of a change, with the rights that the database has for them in the transaction.
    package enum Authority: Sendable, Equatable {
        /// An operator at the command line, the server itself, or the program that embeds it.
        case everything
        /// A user, who has these rights.
        case user(User.ID, Rights)
    }

    /// A change of an account, as its rights before and after.
    package struct Change: Sendable {
        /// The permission that the change needs.
        package var permission: Permission
        /// nil for an account that is created.
        package var target: User.ID?
        package var before: Rights
        /// nil for an account that is deleted.
        package var after: Rights?
        /// True if another account is an active superuser.
        package var hasOtherSuperuser: Bool

        package init(
            _ permission: Permission, of target: User.ID?, from before: Rights, to after: Rights?,
            hasOtherSuperuser: Bool = true
        ) {
            self.permission = permission
            self.target = target
            self.before = before
            self.after = after
            self.hasOtherSuperuser = hasOtherSuperuser
        }
    }

    /// - Throws: ``AdministrationRefusal`` if the author may not make the change.
    package static func judge(_ change: Change, by authority: Authority) throws(AdministrationRefusal) {
        if case .user(let author, let own) = authority {
            guard own.isStaff, own.allows(change.permission) else { throw .denied }
            if change.target == author {
                try judgeOwn(change, own)
            } else {
                try requireCover(of: change, own)
            }
        }
        let isSuperuser = change.before.isActive && change.before.isSuperuser
        let stays = change.after.map { $0.isActive && $0.isSuperuser } ?? false
        guard !isSuperuser || stays || change.hasOtherSuperuser else { throw .lastSuperuser }
    }

    private static func judgeOwn(_ change: Change, _ own: Rights) throws(AdministrationRefusal) {
        guard let after = change.after, after.isActive, after.isStaff || !own.isStaff, after.covers(own) else {
            throw .ownAccount
        }
        guard own.covers(after), own.isSuperuser || after.groups.isSubset(of: own.groups) else { throw .denied }
    }

    private static func requireCover(of change: Change, _ own: Rights) throws(AdministrationRefusal) {
        guard own.covers(change.before) else { throw .denied }
        guard let after = change.after, !own.isSuperuser else { return }
        guard own.covers(after) else { throw .denied }
        // A group can mean more than its permissions: applications read its name in tokens.
        guard after.groups.subtracting(change.before.groups).isSubset(of: own.groups) else { throw .denied }
    }

    /// Judges the change of a membership.
    /// - Throws: ``AdministrationRefusal/denied``.
    package static func judgeMember(
        _ user: User.ID, _ rights: Rights, by authority: Authority
    ) throws(AdministrationRefusal) {
        guard case .user(let author, let own) = authority, author != user else { return }
        guard own.covers(rights) else { throw .denied }
    }

    /// Judges the rights that a change of a group has left to its author.
    /// - Throws: ``AdministrationRefusal/ownAccount`` if the author has lost some.
    package static func judgeAuthor(after: Authority, before: Authority) throws(AdministrationRefusal) {
        guard case .user(_, let old) = before, case .user(_, let new) = after else { return }
        guard new.covers(old) else { throw .ownAccount }
    }

    /// Judges a change of a group.
    /// - Parameters:
    ///   - group: nil for a group that is created.
    ///   - permissions: all permissions that the group has before or after.
    ///   - givesMembership: true if the change adds members.
    ///   - renames: true if the group gets another name. Applications read names in tokens, so a name may be a right that
    ///     nobody here knows: superusers alone give it.
    /// - Throws: ``AdministrationRefusal/denied``.
    package static func judgeGroup(
        _ permission: Permission, of group: Group.ID?, permissions: Set<Permission>, givesMembership: Bool,
        renames: Bool = false, by authority: Authority
    ) throws(AdministrationRefusal) {
        guard case .user(_, let own) = authority else { return }
        guard own.isStaff, own.allows(permission) else { throw .denied }
        guard !own.isSuperuser else { return }
        guard !renames, permissions.isSubset(of: own.permissions) else { throw .denied }
        if givesMembership, let group { guard own.groups.contains(group) else { throw .denied } }
    }
}
