// SPDX-License-Identifier: Apache-2.0

package import OstiaryCore
package import OstiarySQL

/// The use of the tables of a Django service, as the configuration tells it.
package struct AdoptionConfiguration: Sendable, Equatable {
    /// The tables.
    package var adoption: Adoption
    /// The form of new password hashes, which Django has to read.
    package var hashing: HashingPolicy

    /// True if refresh tokens of the Django service are taken.
    var takesRefreshTokens: Bool { adoption.refreshTokens != nil }
    /// True if Django can go on with the refresh tokens of this server.
    var sharesRefreshTokens: Bool { adoption.refreshTokens?.isShared == true }

    /// The flags of this use. Servers on one database compare them; no two uses have the same.
    package var text: String {
        var flags = [
            "--user-table", adoption.users.name.text, "--password-hasher", hashing.description, "--user-changes",
            adoption.changes.rawValue,
        ]
        for column in adoption.users.further { flags += ["--user-default", column.description] }
        if let tokens = adoption.refreshTokens {
            flags += [
                "--legacy-refresh-table", tokens.table.text, "--legacy-tokens", tokens.isShared ? "shared" : "taken",
            ]
        }
        return flags.map(Self.shellWord).joined(separator: " ")
    }

    /// A word of a command line: in single quotes unless it needs none.
    private static func shellWord(_ text: String) -> String {
        func isPlain(_ byte: UInt8) -> Bool {
            byte.isASCIILetter || byte.isASCIIDigit || "-_:=.".utf8.contains(byte)
        }
        if !text.isEmpty, text.utf8.allSatisfy(isPlain) { return text }
        let parts = text.split(separator: "'", omittingEmptySubsequences: false)
        return "'" + parts.joined(separator: "'\\''") + "'"
    }
}

/// The tokens of a Django service that the server takes.
package enum LegacyTokens: String, Sendable, CaseIterable {
    case off, on, shared, taken
}

/// The values of the keys about a Django service, before they are put together.
struct AdoptionReading {
    var userTable: QuotedName?
    var further: [UserTable.FurtherColumn]
    var changes: Adoption.Changes?
    var hashing: HashingPolicy?
    var tokens: LegacyTokens?
    var refreshTable: QuotedName?

    /// True if access tokens of the Django service are accepted.
    var acceptsAccessTokens: Bool { tokens.map { $0 != .off } ?? (refreshTable != nil) }

    /// - Parameter report: called with each value that does not fit the others.
    /// - Returns: nil without a table of accounts, and after a report.
    func configuration(report: (String) -> Void) -> AdoptionConfiguration? {
        let wantsTable = tokens == .shared || tokens == .taken
        guard let userTable else {
            if refreshTable != nil { report("legacy-refresh-table needs user-table, to which its rows refer") }
            if wantsTable, refreshTable == nil { report("legacy-tokens \(tokens?.rawValue ?? "") needs user-table") }
            if !further.isEmpty { report("user-default needs user-table") }
            if changes != nil { report("user-changes needs user-table") }
            return nil
        }
        guard let hashing else {
            report(
                """
                user-table needs password-hasher: pbkdf2_sha256:ROUNDS with the rounds of Django (870000 in 5.1, 1000000 in \
                5.2, 1200000 in 6.0), or argon2id if Django has argon2-cffi. ostiary adopt --check tells which
                """)
            return nil
        }
        if wantsTable, refreshTable == nil {
            report("legacy-tokens \(tokens?.rawValue ?? "") needs legacy-refresh-table")
        }
        if refreshTable != nil, !wantsTable, let tokens {
            report("legacy-tokens \(tokens.rawValue) does not go with legacy-refresh-table: say shared or taken")
        }
        let tokens = refreshTable.map { Adoption.RefreshTokens($0, isShared: self.tokens != .taken) }
        return AdoptionConfiguration(
            adoption: Adoption(
                users: UserTable(userTable, further: further), refreshTokens: tokens, changes: changes ?? .ask),
            hashing: hashing)
    }
}
