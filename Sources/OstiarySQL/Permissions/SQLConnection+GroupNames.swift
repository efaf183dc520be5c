// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

extension SQLConnection {
    /// The names of a user's groups for an access token.
    /// - Parameter isWanted: false to read nothing.
    /// - Returns: nil if they are not wanted.
    func groupNames(of user: User.ID, if isWanted: Bool) throws -> [String]? {
        guard isWanted else { return nil }
        return try GroupsClaim.names(among: run(.groupNames(of: user)).map { try $0.text(0) })
    }
}

extension SQLTransaction {
    /// The names of a user's groups for an access token.
    /// - Parameter isWanted: false to read nothing.
    /// - Returns: nil if they are not wanted.
    func groupNames(of user: User.ID, if isWanted: Bool) throws -> [String]? {
        guard isWanted else { return nil }
        return try GroupsClaim.names(among: run(.groupNames(of: user)).map { try $0.text(0) })
    }
}

extension SQLQuery {
    fileprivate static func groupNames(of user: User.ID) -> SQLQuery {
        """
        SELECT g.name FROM \(table: .groupMembers) m JOIN \(table: .groups) g ON g.id = m.group_id
        WHERE m.user_id = \(user) ORDER BY g.name LIMIT \(Int64(GroupsClaim.maximumCandidates))
        """
    }
}
