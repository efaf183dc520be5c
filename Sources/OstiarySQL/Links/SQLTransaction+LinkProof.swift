// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

extension SQLTransaction {
    /// Uses up the link or the code of a login. The first proof of an address takes the account from everybody who has
    /// been in it: somebody may have registered the address before its owner.
    /// - Returns: false if it is not live, or of another account. True for a password, which the login itself compares.
    func use(_ proof: AuthenticationProof, of user: User.ID, in context: RequestContext) throws -> Bool {
        let holder: SQLQuery
        switch proof {
        case .password: return true
        case .link(let digest): holder = "t.digest = \(digest.bytes)"
        case .code(let code): holder = "t.code_token = \(code.token.bytes) AND t.code = \(code.code.bytes)"
        }
        guard let (account, _, _) = try use(.login, where: holder, in: context), account.id == user else {
            return false
        }
        guard try prove(account, in: context) else { return true }
        try execute("UPDATE \(table: .users) SET password = \(Passwords.unusable()) WHERE id = \(user)")
        try dispossess(user, keepingUndo: true, at: context.now)
        return true
    }
}
