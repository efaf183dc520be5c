// SPDX-License-Identifier: Apache-2.0

import OstiarySQL

/// The shape that a table of Django needs to have.
struct AdoptionShape {
    let dialect: SQLDialect
    let choices: AdoptionChoices

    private enum Kind { case key, text(atLeast: Int), boolean, moment, token, reference }

    private static let users: [(name: String, kind: Kind)] = [
        ("id", .key), ("password", .text(atLeast: 100)), ("last_login", .moment), ("is_superuser", .boolean),
        ("email", .text(atLeast: 100)), ("username", .text(atLeast: 100)), ("first_name", .text(atLeast: 30)),
        ("last_name", .text(atLeast: 30)), ("is_active", .boolean), ("is_staff", .boolean),
    ]

    private static let tokens: [(name: String, kind: Kind)] = [
        ("id", .key), ("token", .token), ("created_at", .moment), ("expires_at", .moment), ("user_id", .reference),
    ]

    /// The faults of the table of accounts.
    func faults(ofUsers table: AdoptionTable) -> [AdoptionFinding] {
        var findings = self.findings(Self.users, in: table)
        if let column = table["last_login"], column.isRequired, !column.hasDefault {
            findings.append(noDefault(column, of: table, isOurs: true))
        }
        let ours = AdoptionTable.userColumns
        findings += undefined(in: table).map { noDefault($0, of: table, isOurs: false) }
        for name in choices.columns where table[name] == nil {
            findings.append(
                AdoptionFinding(
                    .error, .unknownDefault, "--user-default names the column \(name), which \(table.name.text) lacks.",
                    advice: "Leave it out, or correct the name."))
        }
        for name in choices.columns where ours.contains(name) {
            findings.append(
                AdoptionFinding(
                    .error, .unknownDefault, "--user-default names the column \(name), which the server writes itself.",
                    advice: "Leave it out."))
        }
        return findings + hints(table)
    }

    /// The columns that a new account has no value for.
    func undefined(in table: AdoptionTable) -> [AdoptionTable.Column] {
        table.columns.filter { column in
            column.isRequired && !column.hasDefault && !AdoptionTable.userColumns.contains(column.name)
                && !choices.columns.contains(column.name)
        }
    }

    /// The faults of the table of refresh tokens.
    func faults(ofTokens table: AdoptionTable) -> [AdoptionFinding] {
        let further = table.columns.filter { column in
            !AdoptionTable.tokenColumns.contains(column.name) && column.isRequired && !column.hasDefault
        }
        return findings(Self.tokens, in: table)
            + further.map { noDefault($0, of: table, isOurs: true) }
    }

    private func noDefault(_ column: AdoptionTable.Column, of table: AdoptionTable, isOurs: Bool) -> AdoptionFinding {
        AdoptionFinding(
            .error, .noDefault,
            "The column \(column.name) of \(table.name.text) refuses NULL and has no default in the database: Django keeps "
                + "defaults in Python.",
            advice: isOurs
                ? "Give it one: ALTER TABLE … ALTER COLUMN, or db_default in the model (Django 5.0)."
                : "Give the server a value for new accounts: --user-default \(column.name)=VALUE, or "
                    + "\(column.name)=now for a time.")
    }

    private func findings(_ wanted: [(name: String, kind: Kind)], in table: AdoptionTable) -> [AdoptionFinding] {
        wanted.compactMap { name, kind in
            guard let column = table[name] else {
                return AdoptionFinding(
                    .error, .missingColumn, "\(table.name.text) has no column \(name).",
                    advice: """
                        Name the table of another model, or add the column to this one: its columns are those of \
                        AbstractUser, with email as the name of an account.
                        """)
            }
            guard !fits(column, kind) else { return nil }
            if case .key = kind {
                return AdoptionFinding(
                    .cannot, .noIntegerKey,
                    "The column id of \(table.name.text) is no integer primary key but \(shown(column)).",
                    advice: "Accounts with other keys, such as UUIDs, are taken over by: ostiary import users")
            }
            return AdoptionFinding(
                .error, .wrongType, "The column \(name) of \(table.name.text) is of the type \(shown(column)).",
                advice: "It has to be \(Self.words(kind)).")
        }
    }

    private func shown(_ column: AdoptionTable.Column) -> String {
        let type = column.type.isEmpty ? "without a type" : column.type
        return column.isKey || column.name != "id" ? type : "\(type), not the primary key"
    }

    private static func words(_ kind: Kind) -> String {
        switch kind {
        case .key, .reference: "an integer"
        case .text(let length): "text of at least \(length) characters"
        case .boolean: "a boolean"
        case .moment: "a date with time, on PostgreSQL timestamp with time zone"
        case .token: "a UUID as Django keeps it: char(32) on SQLite, uuid on PostgreSQL"
        }
    }

    private func fits(_ column: AdoptionTable.Column, _ kind: Kind) -> Bool {
        let type = String(column.type.prefix { $0 != "(" }.reversed().drop { $0 == " " }.reversed())
        switch (kind, dialect) {
        // SQLite gives a row its number only if the type is exactly this.
        case (.key, .sqlite): return column.isKey && type == "integer"
        case (.key, .postgres): return column.isKey && ["bigint", "integer"].contains(type)
        case (.reference, .sqlite): return ["integer", "bigint"].contains(type)
        case (.reference, .postgres): return ["bigint", "integer"].contains(type)
        case (.text(let length), .sqlite):
            return ["char", "clob", "text"].contains { type.contains($0) }
                && column.length.map { $0 >= length } != false
        case (.text(let length), .postgres):
            return type == "text" || type == "character varying" && column.length.map { $0 >= length } != false
        case (.boolean, .sqlite): return ["bool", "boolean", "integer"].contains(type)
        case (.boolean, .postgres): return type == "boolean"
        case (.moment, .sqlite): return ["datetime", "timestamp", "text"].contains(type)
        case (.moment, .postgres):
            return column.type.hasPrefix("timestamp") && column.type.hasSuffix("with time zone")
        case (.token, .sqlite): return column.type == "char(32)" || type == "text"
        case (.token, .postgres): return type == "uuid"
        }
    }

    /// Constraints that make some registrations fail, or lets two accounts have one address.
    private func hints(_ table: AdoptionTable) -> [AdoptionFinding] {
        var findings: [AdoptionFinding] = []
        if let email = table["email"], !email.isUnique {
            findings.append(
                AdoptionFinding(
                    .warning, .repeatableAddress,
                    "No unique index keeps two accounts of \(table.name.text) from having one address.",
                    advice: "Make the field unique in the model, as USERNAME_FIELD has to be."))
        }
        let given = ["username", "first_name", "last_name"] + choices.columns
        for name in given {
            guard let column = table[name], column.isUnique else { continue }
            findings.append(
                AdoptionFinding(
                    .warning, .uniqueColumn,
                    "The column \(name) of \(table.name.text) is unique, but new accounts may have the same value there.",
                    advice: "Such a registration is refused with 503. Make the field not unique in the model."))
        }
        return findings
    }
}

extension AdoptionTable.Column {
    /// The length of a `varchar(n)`; nil for none.
    fileprivate var length: Int? {
        let digits = type.drop { $0 != "(" }.dropFirst().prefix { $0.isASCII && $0.isNumber }
        return Int(digits)
    }
}
