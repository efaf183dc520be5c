// SPDX-License-Identifier: Apache-2.0

package import OstiaryCore

/// The fingerprints of the secrets that the nodes on one database share.
package struct SQLFingerprintStore: FingerprintStore {
    private let database: any SQLDatabase

    package init(database: any SQLDatabase) { self.database = database }

    package func claim(
        _ fingerprint: String, of secret: SharedSecret, at now: Timestamp
    ) async throws -> String {
        // The update changes nothing, but makes the statement return a row that exists already.
        let claim: SQLQuery = """
            INSERT INTO \(raw: secret.table) (slot, fingerprint, created_at)
            VALUES (1, \(fingerprint), \(now.microseconds))
            ON CONFLICT (slot) DO UPDATE SET slot = excluded.slot
            RETURNING fingerprint, created_at
            """
        return try await database.commit { transaction in
            let row = try transaction.run(claim).single()
            if try row.integer(1) == now.microseconds { try transaction.announce(.keys, at: now) }
            return try row.text(0)
        }
    }

    package func fingerprint(of secret: SharedSecret) async throws -> String? {
        try await database.fetch { connection in
            try connection.run("SELECT fingerprint FROM \(raw: secret.table)").first?.text(0)
        }
    }

    package func forget(
        _ secret: SharedSecret, isForced: Bool, in context: RequestContext
    ) async throws -> Bool {
        try await database.commit(in: context) { transaction in
            // On SQLite the engine has a lock file instead.
            if transaction.dialect == .postgres, !isForced {
                let attempt: SQLQuery = "SELECT pg_catalog.pg_try_advisory_xact_lock(\(AdvisoryLock.serving))"
                guard try transaction.run(attempt).single().bool(0) else { return false }
            }
            for row in try transaction.run("DELETE FROM \(raw: secret.table) RETURNING fingerprint") {
                try transaction.record(
                    AuditEntry(
                        .keyForgotten, cause: secret.rawValue, object: try row.text(0), in: context))
                try transaction.announce(.keys, at: context.now)
            }
            return true
        }
    }
}

extension SharedSecret {
    fileprivate var table: StaticString {
        switch self {
        case .signingKey: "ostiary_signing_key"
        case .root: "ostiary_root_secret"
        }
    }
}
