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
                guard let id = try transaction.run(Self.insertion(of: account)).first?.integer(0) else {
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
                SELECT setval(pg_get_serial_sequence('ostiary_user', 'id'), (SELECT max(id) FROM ostiary_user))
                WHERE EXISTS (SELECT 1 FROM ostiary_user)
                """)
        }
    }

    private static func insertion(of imported: ImportedAccount) -> SQLQuery {
        let user = imported.account
        guard let id = imported.id else {
            return """
                INSERT INTO ostiary_user
                    (password, is_superuser, email, username, first_name, last_name, is_active, is_staff, last_login)
                VALUES (\(user.encodedPassword), \(user.isSuperuser), \(user.email.text), \(user.username),
                    \(user.firstName), \(user.lastName), \(user.isActive), \(user.isStaff),
                    \(moment: imported.lastLogin))
                ON CONFLICT DO NOTHING RETURNING id
                """
        }
        return """
            INSERT INTO ostiary_user
                (id, password, is_superuser, email, username, first_name, last_name, is_active, is_staff, last_login)
            VALUES (\(id), \(user.encodedPassword), \(user.isSuperuser), \(user.email.text), \(user.username),
                \(user.firstName), \(user.lastName), \(user.isActive), \(user.isStaff), \(moment: imported.lastLogin))
            ON CONFLICT DO NOTHING RETURNING id
            """
    }
}
