// SPDX-License-Identifier: Apache-2.0

package import OstiaryCore

/// Facts about the addresses of a table of users.
package struct AddressFacts: Sendable, Equatable {
    /// A kind of address with which something is wrong.
    package struct Group: Sendable, Equatable {
        package var count: Int64 = 0
        /// At most ``AdoptionCheck/sampleLimit`` of them; a byte that is not UTF-8 is U+FFFD.
        package var samples: [String] = []
    }

    package var users: Int64 = 0
    /// The highest id; 0 without users.
    package var highestID: Int64 = 0
    /// Addresses that are not ASCII.
    package var foreign = Group()
    package var empty = Group()
    /// Addresses without an `@`, or with nothing before or behind it.
    package var malformed = Group()
    /// Accounts whose address differs from that of another in case only, or not at all. A sample has the first and the
    /// last of them.
    package var alike = Group()
}

/// A form of stored passwords.
package struct PasswordForm: Sendable, Equatable {
    /// The name of the algorithm as stored; `!` for an unusable password, empty for none, `?` for a text without a name.
    package let algorithm: String
    /// The field behind the name, such as the rounds of PBKDF2.
    package let parameter: String
    /// True if the salt of a PBKDF2 hash is shorter than the 22 characters that Django asks for.
    package let hasShortSalt: Bool
    package let count: Int64
    /// The first and the last of the hashes, which must not be shown; empty for a form without hashes.
    package let samples: [String]
}

extension AdoptionCheck {
    /// Counts the accounts and their addresses in one pass.
    /// - Throws: ``SQLError``.
    package func counts(of users: SQLName) throws -> AddressFacts {
        let (foreign, empty, malformed) = (isForeign, isEmpty, isMalformed)
        let query: SQLQuery = """
            SELECT count(*), COALESCE(max(id), 0), COALESCE(sum(CASE WHEN \(foreign) THEN 1 ELSE 0 END), 0),
                COALESCE(sum(CASE WHEN \(empty) THEN 1 ELSE 0 END), 0),
                COALESCE(sum(CASE WHEN \(malformed) THEN 1 ELSE 0 END), 0)
            FROM \(name: users)
            """
        let row = try connection.run(query).single()
        var facts = AddressFacts()
        facts.users = try row.integer(0)
        facts.highestID = try row.integer(1)
        facts.foreign.count = try row.integer(2)
        facts.empty.count = try row.integer(3)
        facts.malformed.count = try row.integer(4)
        if facts.foreign.count > 0 { facts.foreign.samples = try samples(of: foreign, in: users) }
        if facts.empty.count > 0 {
            let query: SQLQuery = "SELECT id FROM \(name: users) WHERE \(empty) ORDER BY id LIMIT \(Self.limit)"
            facts.empty.samples = try connection.run(query).map { "id \(try $0.integer(0))" }
        }
        if facts.malformed.count > 0 { facts.malformed.samples = try samples(of: malformed, in: users) }
        return facts
    }

    private static let limit = Int64(sampleLimit)

    // As `text` on PostgreSQL: for a `varchar` it would prefer functions and operators that others may have made.
    private var email: SQLQuery { connection.dialect == .sqlite ? "email" : "email::pg_catalog.text" }
    private var password: SQLQuery { connection.dialect == .sqlite ? "password" : "password::pg_catalog.text" }

    /// More bytes than characters: the address is not ASCII.
    private var isForeign: SQLQuery {
        switch connection.dialect {
        case .sqlite: "length(CAST(email AS BLOB)) <> length(email)"
        case .postgres: "pg_catalog.octet_length(\(email)) <> pg_catalog.char_length(\(email))"
        }
    }

    private var isMalformed: SQLQuery { "\(email) <> '' AND \(email) NOT LIKE '_%@_%'" }

    private var isEmpty: SQLQuery { "COALESCE(\(email), '') = ''" }

    /// True if the text of a password has a name and fields behind it.
    private var isNamed: SQLQuery { "\(password) LIKE '_%$%' AND \(password) NOT LIKE '!%'" }

    private func samples(of condition: SQLQuery, in users: SQLName) throws -> [String] {
        try connection.run(
            """
            SELECT \(bytes(email)) FROM \(name: users) WHERE \(condition) ORDER BY id LIMIT \(Self.limit)
            """
        ).map { String(decoding: try $0.blob(0), as: UTF8.self) }
    }

    /// The bytes of a text: another program may have written some that are no UTF-8.
    private func bytes(_ text: SQLQuery) -> SQLQuery {
        switch connection.dialect {
        case .sqlite: "CAST(\(text) AS BLOB)"
        case .postgres: "pg_catalog.convert_to(\(text), 'UTF8')"
        }
    }

    /// The accounts whose addresses are equal but for the case of ASCII letters.
    /// - Throws: ``SQLError``.
    package func alikeAddresses(in users: SQLName) throws -> AddressFacts.Group {
        let query: SQLQuery = """
            SELECT \(bytes("min(\(email))")), \(bytes("max(\(email))")), CAST(sum(count(*)) OVER () AS BIGINT)
            FROM \(name: users) WHERE \(email) <> '' GROUP BY \(raw: connection.dialect.emailKey)
            HAVING count(*) > 1 LIMIT \(Self.limit)
            """
        var group = AddressFacts.Group()
        for row in try connection.run(query) {
            group.count = try row.integer(2)
            let pair = [try row.blob(0), try row.blob(1)].map { String(decoding: $0, as: UTF8.self) }
            group.samples.append(pair.joined(separator: ", "))
        }
        return group
    }

    /// The greatest number of forms that are told.
    package static let formLimit = 50

    /// The forms of the stored passwords, the most frequent first.
    /// - Throws: ``SQLError``.
    package func passwordForms(in users: SQLName) throws -> [PasswordForm] {
        let fields: SQLQuery
        switch connection.dialect {
        case .sqlite:
            // The text behind the first and behind the second dollar sign, each up to the next one.
            fields = """
                SELECT algorithm, password, substr(rest, 1, instr(rest || '$', '$') - 1) AS parameter,
                    instr(substr(rest, instr(rest || '$', '$') + 1) || '$', '$') - 1 AS salt
                FROM (
                    SELECT password, substr(password, 1, instr(password, '$') - 1) AS algorithm,
                        substr(password, instr(password, '$') + 1) AS rest
                    FROM \(name: users) WHERE \(isNamed)
                )
                """
        case .postgres:
            fields = """
                SELECT pg_catalog.split_part(\(password), '$', 1) AS algorithm, \(password) AS password,
                    pg_catalog.split_part(\(password), '$', 2) AS parameter,
                    pg_catalog.length(pg_catalog.split_part(\(password), '$', 3)) AS salt
                FROM \(name: users) WHERE \(isNamed)
                """
        }
        // Behind other names the next field is a salt, and a name that Django does not have may be part of a password.
        let hashed: SQLQuery = """
            SELECT CASE WHEN algorithm IN ('pbkdf2_sha256', 'pbkdf2_sha1', 'argon2', 'scrypt', 'bcrypt', 'bcrypt_sha256',
                    'md5', 'sha1', 'unsalted_md5', 'unsalted_sha1', 'crypt') THEN algorithm ELSE '?' END,
                CASE WHEN algorithm IN ('pbkdf2_sha256', 'pbkdf2_sha1', 'argon2', 'scrypt') THEN parameter ELSE '' END,
                algorithm LIKE 'pbkdf2%' AND salt < 22, count(*), min(password), max(password)
            FROM (\(fields)) f GROUP BY 1, 2, 3 ORDER BY 4 DESC, 1, 2 LIMIT \(Int64(Self.formLimit))
            """
        let others: SQLQuery = """
            SELECT CASE WHEN COALESCE(\(password), '') = '' THEN '' WHEN \(password) LIKE '!%' THEN '!' ELSE '?' END
                AS form, count(*)
            FROM \(name: users) WHERE password IS NULL OR NOT (\(isNamed)) GROUP BY 1 ORDER BY 2 DESC
            """
        let forms =
            try connection.run(hashed).map { row in
                PasswordForm(
                    algorithm: try row.text(0), parameter: try row.text(1), hasShortSalt: try row.bool(2),
                    count: try row.integer(3), samples: [try row.text(4), try row.text(5)])
            }
            + connection.run(others).map { row in
                PasswordForm(
                    algorithm: try row.text(0), parameter: "", hasShortSalt: false, count: try row.integer(1),
                    samples: [])
            }
        return forms.enumerated().sorted { ($1.element.count, $0.offset) < ($0.element.count, $1.offset) }.map(
            \.element)
    }

    /// The hashes of the newest accounts: Django wrote them with the settings that it has now.
    /// - Throws: ``SQLError``.
    package func newestPasswords(in users: SQLName, limit: Int = 100) throws -> [String] {
        try connection.run(
            """
            SELECT \(password) FROM \(name: users) WHERE \(isNamed) ORDER BY id DESC LIMIT \(Int64(limit))
            """
        ).map { try $0.text(0) }
    }

    /// The number of refresh tokens, and of those that are live.
    /// - Parameter now: the time in the form of ``SQLDialect/timestamp``.
    /// - Throws: ``SQLError``.
    package func tokens(in table: SQLName, at now: Timestamp) throws -> (all: Int64, live: Int64) {
        let query: SQLQuery = """
            SELECT count(*), COALESCE(sum(CASE WHEN expires_at > \(moment: now) THEN 1 ELSE 0 END), 0)
            FROM \(name: table)
            """
        let row = try connection.run(query).single()
        return (try row.integer(0), try row.integer(1))
    }

    /// The values that django-constance keeps in the database, by name.
    /// - Throws: ``SQLError`` `noSuchTable` if it keeps none there.
    package func constanceValues(in table: SQLName) throws -> [String: StoredSetting] {
        var values: [String: StoredSetting] = [:]
        for row in try connection.run("SELECT key, value FROM \(name: table)") {
            values[try row.text(0)] = StoredSetting(constance: try row.optionalText(1))
        }
        return values
    }
}
