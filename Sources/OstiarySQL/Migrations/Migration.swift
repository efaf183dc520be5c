// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

/// One step of the schema, never edited once released.
public struct Migration: Sendable {
    /// Its identity in every database it was applied to, as in `0001_accounts`.
    public let name: String
    /// The statements, run in this order in one transaction.
    public let statements: @Sendable (SQLDialect) -> [String]

    public init(name: String, statements: @escaping @Sendable (SQLDialect) -> [String]) {
        self.name = name
        self.statements = statements
    }

    /// The digits at the start of the name; nil if there are none.
    var number: String? {
        let digits = name.utf8.prefix(while: \.isASCIIDigit)
        return digits.isEmpty ? nil : String(decoding: digits, as: UTF8.self)
    }
}

public enum MigrationError: Error, Equatable, CustomStringConvertible {
    /// The database has migrations this program does not know: a newer release has been at work on it.
    case newerDatabase([String])
    /// Two migrations of the list share a name.
    case duplicateName(String)
    /// Two migrations of the list begin with the same number.
    case duplicateNumber(String, String)
    /// The migration could not be applied; it left nothing behind.
    case failed(name: String, SQLError)

    public var description: String {
        switch self {
        case .newerDatabase(let names):
            "the database was migrated by a newer release (\(names.joined(separator: ", "))); use that release"
        case .duplicateName(let name):
            "two migrations are called \(name)"
        case .duplicateNumber(let first, let second):
            "the migrations \(first) and \(second) have the same number; give one of them another"
        case .failed(let name, let error):
            "migration \(name) failed: \(error.detail.isEmpty ? error.description : error.detail)"
        }
    }
}
