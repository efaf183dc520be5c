// SPDX-License-Identifier: Apache-2.0

package import OstiaryCore

/// Accounts of another system, written in bulk.
package struct SQLImportStore: ImportStore {
    let database: any SQLDatabase

    package init(database: any SQLDatabase) { self.database = database }

    package func create(
        _ accounts: [ImportedAccount], in context: RequestContext
    ) async throws -> [ImportRefusal?] {
        try await database.patient.commit { transaction in
            var count = 0
            let outcomes = try accounts.map { account -> ImportRefusal? in
                let further = transaction.furtherColumns(at: context.now)
                guard try transaction.isFree(account.account.email.key),
                    let id = try transaction.run(Self.insertion(of: account, further: further)).first?.integer(0)
                else {
                    return ImportRefusal(account.id == nil ? "the email is taken" : "the email or the id is taken")
                }
                count += 1
                if account.isEmailVerified {
                    try transaction.setVerified(account.account.email.text, of: id, at: context.now)
                }
                return nil
            }
            if count > 0 { try transaction.record(AuditEntry(.accountsImported, count: count, in: context)) }
            return outcomes
        }
    }

    package func followIDs() async throws {
        guard case .postgres = database.dialect else { return }
        _ = try await database.patient.commit {
            try $0.execute(
                """
                SELECT setval(pg_get_serial_sequence('\(table: .users)', 'id'), (SELECT max(id) FROM \(table: .users)))
                WHERE EXISTS (SELECT 1 FROM \(table: .users))
                """)
        }
    }

    private static func insertion(
        of imported: ImportedAccount, further: (names: SQLQuery, values: SQLQuery)
    ) -> SQLQuery {
        let user = imported.account
        let (idName, id): (SQLQuery, SQLQuery) = imported.id.map { ("id, ", "\($0), ") } ?? ("", "")
        return """
            INSERT INTO \(table: .users) (
                \(idName)password, is_superuser, email, username, first_name, last_name, is_active, is_staff,
                last_login\(further.names))
            VALUES (\(id)\(user.encodedPassword), \(user.isSuperuser), \(user.email.text), \(user.username),
                \(user.firstName), \(user.lastName), \(user.isActive), \(user.isStaff),
                \(moment: imported.lastLogin)\(further.values))
            ON CONFLICT DO NOTHING RETURNING id
            """
    }
}
