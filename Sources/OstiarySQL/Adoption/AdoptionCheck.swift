// SPDX-License-Identifier: Apache-2.0

/// The questions that tell if a server can work on the tables of a Django service. Each statement reads, and none needs
/// a table of the product.
package struct AdoptionCheck {
    let connection: any SQLConnection

    package init(_ connection: any SQLConnection) { self.connection = connection }

    /// The greatest number of examples of a fault.
    package static let sampleLimit = 10
}

/// A table of the database.
package struct AdoptionTable: Sendable, Equatable {
    package struct Column: Sendable, Equatable {
        package let name: String
        /// The declared type in lower-case letters, as in `varchar(254)` or `character varying(254)`.
        package let type: String
        /// True if the column refuses NULL.
        package let isRequired: Bool
        /// True if the database has a value for a row that gives none.
        package let hasDefault: Bool
        /// True if the column is the whole primary key.
        package let isKey: Bool
        /// True if a unique index has this column alone.
        package let isUnique: Bool
    }

    package let name: SQLName
    /// False if the table is in a schema that is not on the search path.
    package let isVisible: Bool
    package var columns: [Column] = []

    package subscript(column: String) -> Column? { columns.first { $0.name == column } }
}

extension AdoptionTable {
    /// The columns of Django's user model (`AbstractBaseUser`, `PermissionsMixin`, `AbstractUser`) that a server reads
    /// and writes.
    package static let userColumns = [
        "id", "password", "last_login", "is_superuser", "email", "username", "first_name", "last_name", "is_active",
        "is_staff",
    ]
    /// The columns of a table of refresh tokens that a server reads and writes.
    package static let tokenColumns = ["id", "token", "created_at", "expires_at", "user_id"]

    /// True if the table has a column of each name.
    package func has(_ names: [String]) -> Bool { names.allSatisfy { self[$0] != nil } }

    /// True if enough of the columns are those of a user model that nothing else is likely to be meant.
    package var looksLikeUsers: Bool { has(["password", "last_login", "email"]) }
}

/// A foreign key of another table to the users.
package struct AdoptionReference: Sendable, Equatable {
    package enum Deletion: Sendable, Equatable {
        /// The server deletes the rows with the account, as Django does.
        case deleted
        /// The server sets the column to NULL, as Django does.
        case forgotten
        /// The database does it.
        case automatic
        /// An account with rows there is not deleted.
        case refused
    }

    package let table: SQLName
    package let column: String
    /// The effect of the deletion of an account. The table of refresh tokens is not known here.
    package let deletion: Deletion
    /// The number of rows that reference a user; see ``AdoptionCheck/referenceLimit``.
    package var rows: Int64 = 0
}
