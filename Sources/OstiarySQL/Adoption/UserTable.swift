// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

/// The table of a Django service that holds the accounts, in place of `ostiary_user`.
///
/// It has at least the columns of Django's user model. Nothing makes its addresses unique without regard to case.
package struct UserTable: Sendable, Hashable {
    /// The name of the table.
    package var name: QuotedName
    /// The columns that new accounts need beside those of Django's user model.
    package var further: [FurtherColumn]

    package init(_ name: QuotedName, further: [FurtherColumn] = []) {
        self.name = name
        self.further = further
    }

    /// A column of a Django model whose default is in Python, so that the database has none.
    package struct FurtherColumn: Sendable, Hashable {
        package var name: QuotedName
        package var value: Value

        package enum Value: Sendable, Hashable {
            /// A literal, which the database reads as a value of the column's type.
            case text(String)
            /// The time of the registration.
            case now
        }

        package init(_ name: QuotedName, _ value: Value) {
            self.name = name
            self.value = value
        }

        /// - Parameter text: `COLUMN=VALUE`; the value `now` is the time of the registration.
        /// - Returns: nil for any other text.
        package init?(_ text: String) {
            guard let equals = text.utf8.firstIndex(of: UInt8(ascii: "=")),
                let name = QuotedName(String(text[..<equals])),
                !text.utf8.contains(0)
            else { return nil }
            let value = String(text[text.utf8.index(after: equals)...])
            self.init(name, value.hasSameBytes(as: "now") ? .now : .text(value))
        }

        /// The text that ``init(_:)-(String)`` reads.
        package var description: String {
            switch value {
            case .text(let text): "\(name.text)=\(text)"
            case .now: "\(name.text)=now"
            }
        }
    }
}

/// The use of the tables of a Django service, beside it or after it.
package struct Adoption: Sendable, Hashable {
    /// The accounts.
    package var users: UserTable
    /// The refresh tokens; nil to leave them alone.
    package var refreshTokens: RefreshTokens?
    /// The way in which this server hears of changes that Django makes.
    package var changes: Changes

    package init(users: UserTable, refreshTokens: RefreshTokens? = nil, changes: Changes = .ask) {
        self.users = users
        self.refreshTokens = refreshTokens
        self.changes = changes
    }

    /// The table of refresh tokens: `token`, `created_at`, `expires_at`, `user_id`.
    package struct RefreshTokens: Sendable, Hashable {
        /// The name of the table.
        package var table: QuotedName
        /// True if each live token of this server is a row there, too, so that Django can go on with it.
        package var isShared: Bool

        package init(_ table: QuotedName, isShared: Bool) {
            self.table = table
            self.isShared = isShared
        }
    }

    package enum Changes: String, Sendable, Hashable, CaseIterable {
        /// Each request asks the database.
        case ask
        /// A trigger announces them.
        case trigger
    }
}

/// A database that may use the tables of another program.
package protocol AdoptionKeeping {
    /// The tables of another program; nil for none.
    var adopted: AdoptedTables? { get }
}

extension SQLDatabase {
    /// The tables of another program that statements use; nil for none.
    package var adopted: AdoptedTables? { (self as? any AdoptionKeeping)?.adopted }
}

extension SQLConnection {
    /// The tables of another program that statements use; nil for none.
    package var adopted: AdoptedTables? { (self as? any AdoptionKeeping)?.adopted }
}
