// SPDX-License-Identifier: Apache-2.0

package import OstiaryCore

/// The digests of setup links in a table.
package struct SQLSetupStore: SetupStore {
    private let database: any SQLDatabase

    package init(database: any SQLDatabase) { self.database = database }

    private static let superuser: SQLQuery =
        "SELECT 1 FROM \(table: .users) WHERE is_superuser AND is_active ORDER BY id LIMIT 1"

    package func hasSuperuser(in context: RequestContext) async throws -> Bool {
        try await database.fetch(in: context) { try !$0.run(Self.superuser).isEmpty }
    }

    package func offer(
        _ link: SetupLinkDigest, until expiry: Timestamp, in context: RequestContext
    ) async throws -> Bool {
        try await database.commit(in: context) { transaction in
            guard try transaction.run(Self.superuser).isEmpty else { return false }
            try transaction.execute("DELETE FROM ostiary_setup WHERE expires_at <= \(context.now.microseconds)")
            try transaction.execute(
                "INSERT INTO ostiary_setup (digest, expires_at) VALUES (\(link.bytes), \(expiry.microseconds))")
            try transaction.record(AuditEntry(.setupLinkMade, in: context))
            return true
        }
    }

    package func redeem(
        _ link: SetupLinkDigest, creating user: NewUser, in context: RequestContext
    ) async throws -> SetupOutcome {
        let use: SQLQuery = """
            DELETE FROM ostiary_setup
            WHERE digest = \(link.bytes) AND expires_at > \(context.now.microseconds)
                AND NOT EXISTS (\(Self.superuser))
            """
        do {
            return try await database.commit(in: context) { transaction in
                // Two servers may have made a link each.
                try transaction.beginAdministration()
                guard try transaction.execute(use) == 1 else { return .refused }
                try transaction.execute("DELETE FROM ostiary_setup")
                let made = try transaction.insert(user, at: context.now)
                try transaction.record(
                    AuditEntry(.accountCreated, of: made.id, cause: "setup_link", in: context))
                return .created(made)
            }
        } catch let error as SQLError {
            try await database.requireTaken(error, user.email.text, in: context)
            return .emailTaken
        }
    }
}
