// SPDX-License-Identifier: Apache-2.0

package import OstiarySQL

/// The answer to the question if a server can work on the tables of a Django service.
package struct AdoptionReport: Sendable {
    package enum Outcome: String, Sendable, CaseIterable {
        case ready
        /// Something has to be repaired first.
        case toFix = "to_fix"
        /// The database cannot be read, or no such table can be used.
        case cannot

        package var exitCode: Int32 {
            switch self {
            case .ready: 0
            case .toFix: 1
            case .cannot: 2
            }
        }
    }

    /// The engine and the place of the database, without a password.
    package var engine: SQLDialect
    package var place: String
    /// The table of the accounts; nil if it is not known.
    package var userTable: String?
    /// The tables with the columns of Django's user model.
    package var candidates: [String] = []
    /// The table of refresh tokens; nil for none.
    package var refreshTable: String?
    package var users: Int64 = 0
    /// The refresh tokens of Django that are live.
    package var liveTokens: Int64 = 0
    package var findings: [AdoptionFinding] = []
    package var passwords: [Password] = []
    /// The value of `--password-hasher` that follows from the stored passwords; nil if none does.
    package var hasher: String?
    /// The time of one processor core for a login with that hasher, in microseconds; nil without one.
    package var loginCost: Int64?
    package var references: [AdoptionReference] = []
    /// The work to do in Django before the first request goes to the server.
    package var before: [String] = []
    /// The columns that --user-default has to give a value.
    package var undefinedColumns: [String] = []
    /// The arguments of the command that starts a server.
    package var command: [String] = []

    /// A form of stored passwords.
    package struct Password: Sendable, Equatable {
        /// The name of the algorithm and its first parameter, as in `pbkdf2_sha256$870000`.
        package let form: String
        package let count: Int64
        /// True if a login with it is possible here.
        package let isKnown: Bool
    }

    /// The foreign keys with the number of rows that reference an account.
    package var referenceCounts: [(table: String, column: String, count: Int64)] {
        references.map { ($0.table.text, $0.column, $0.rows) }
    }

    package var engineName: String { engine == .sqlite ? "sqlite" : "postgresql" }

    package var outcome: Outcome {
        let levels = Set(findings.map(\.level))
        return levels.contains(.cannot) ? .cannot : levels.contains(.error) ? .toFix : .ready
    }

    /// The logins per second that one core can do; nil without a hasher.
    package var loginsPerSecond: Int64? { loginCost.map { max(1, (1_000_000 + $0 / 2) / max(1, $0)) } }
}

extension AdoptionReport {
    /// The effects of a server that starts with the command.
    package var effects: [String] {
        let table = userTable ?? "the table of the accounts"
        var effects = [
            "The server adds tables and non-unique indexes on \(table), whose names begin with ostiary_.",
            "Logins, registrations and changes of accounts are written to \(table), and each login sets last_login, which "
                + "voids a pending reset link of Django.",
            "Access tokens of Django are accepted until they expire, and Django accepts those of the server.",
        ]
        if let refreshTable {
            effects.append(
                "Refresh tokens of \(refreshTable) are accepted once each; nobody has to log in again. With --legacy-tokens "
                    + "shared each live refresh token of the server is also a row there, so Django goes on with it.")
        }
        if engine == .sqlite { effects.append("The file is switched to WAL, with the files -wal and -shm beside it.") }
        return effects
    }

    /// The things that stay as they are.
    package var kept: [String] {
        [
            "No table, column or constraint of Django is changed; makemigrations --check and migrate --check stay silent.",
            "No password is hashed anew that Django would not hash anew, so its sessions stay open.",
            "This check has changed nothing.",
        ]
    }

    /// The steps that lead back to Django alone.
    package var wayBack: [String] {
        var steps = ["Send the traffic to Django again, and stop the server."]
        if refreshTable != nil {
            steps.append("Clients go on with the refresh tokens that they have, as long as --legacy-tokens is shared.")
        }
        let order = "Drop every table and every index whose name begins with ostiary_."
        steps.append(
            engine == .sqlite
                ? order : "\(order) Until then manage.py flush fails, since the tables reference the accounts.")
        return steps
    }
}
