// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import OstiaryTestSupport

/// A kind of person who asks for something of the administration.
enum AdminRole: Hashable, CustomStringConvertible {
    case nobody
    case user
    /// A member of the staff without permissions.
    case staff
    /// A member of the staff with one permission.
    case clerk(Permission)
    case superuser
    /// A superuser whose login is older than ten minutes.
    case staleSuperuser

    static let all: [AdminRole] =
        [.nobody, .user, .staff] + Permission.all.map(AdminRole.clerk) + [.superuser, .staleSuperuser]

    var description: String {
        switch self {
        case .nobody: "nobody"
        case .user: "a user"
        case .staff: "staff without permissions"
        case .clerk(let permission): "staff with \(permission)"
        case .superuser: "a superuser"
        case .staleSuperuser: "a superuser with an old login"
        }
    }
}

/// The condition under which a request is answered.
enum AdminNeed: Equatable {
    /// No token at all.
    case nothing
    /// A member of the staff.
    case staff
    /// A member of the staff with all of these permissions.
    case permissions([Permission])

    static func permission(_ permission: Permission) -> AdminNeed { .permissions([permission]) }
}

extension AdminRole {
    /// The code of the refusal that a request of this person gets.
    /// - Parameter isFresh: true if the request needs a recent login.
    /// - Returns: nil if the request is answered.
    func refusal(by need: AdminNeed, isFresh: Bool) -> String? {
        switch (need, self) {
        case (.nothing, _): nil
        case (_, .nobody): "not_authenticated"
        case (_, .user): "permission_denied"
        case (.permissions, .staff): "permission_denied"
        case (.permissions(let needed), .clerk(let permission)) where needed != [permission]: "permission_denied"
        case (_, .staleSuperuser) where isFresh: "fresh_login_required"
        default: nil
        }
    }
}

/// People of each role, logged in on one server.
struct AdminPeople {
    let accounts: AdminAccounts
    let tokens: [AdminRole: Tokens]
    /// An account without rights, which requests may be about.
    let subject: AdminAccounts.Account

    init(on server: ServerProcess) throws {
        accounts = try AdminAccounts(on: server)
        let client = WireClient(port: server.port)
        var tokens: [AdminRole: Tokens] = [.superuser: accounts.rootTokens]
        tokens[.staleSuperuser] = try accounts.staleTokens(of: accounts.root)
        tokens[.user] = try client.tokens(accounts.add().email)
        tokens[.staff] = try client.tokens(accounts.addStaff().email)
        for permission in Permission.all {
            tokens[.clerk(permission)] = try client.tokens(accounts.addStaff(permission).email)
        }
        self.tokens = tokens
        subject = try accounts.add()
    }
}
