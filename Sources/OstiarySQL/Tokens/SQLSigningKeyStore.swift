// SPDX-License-Identifier: Apache-2.0

public import OstiaryCore

/// Which signing key the nodes on one database share.
public struct SQLSigningKeyStore: SigningKeyStore {
    private let database: any SQLDatabase

    public init(database: any SQLDatabase) { self.database = database }

    public func claim(_ fingerprint: String, at now: Timestamp) async throws -> String {
        // The update changes nothing: it makes the statement return the row that was there first.
        let claim: SQLQuery = """
            INSERT INTO ostiary_signing_key (slot, fingerprint, created_at)
            VALUES (1, \(fingerprint), \(now.microseconds))
            ON CONFLICT (slot) DO UPDATE SET slot = excluded.slot
            RETURNING fingerprint
            """
        return try await database.commit { try $0.run(claim).single().text(0) }
    }

    public func forget(in context: RequestContext) async throws {
        try await database.commit(in: context) { transaction in
            for row in try transaction.run("DELETE FROM ostiary_signing_key RETURNING fingerprint") {
                try transaction.record(AuditEntry(.keyForgotten, object: try row.text(0), in: context))
            }
        }
    }
}
