// SPDX-License-Identifier: Apache-2.0

package import OstiaryCore

extension SQLKeyStore {
    package func verifiers(in context: RequestContext) async throws -> [Verifier] {
        try await database.fetch(in: context) { connection in
            try connection.run(.allVerifiers).map(VerifierRow.verifier).sorted { $0.seenAt > $1.seenAt }
        }
    }

    package func note(_ verifiers: [Verifier], in context: RequestContext) async throws {
        guard !verifiers.isEmpty else { return }
        try await database.commit(in: context) { transaction in
            try transaction.lock("ostiary_verifier")
            for verifier in verifiers {
                // A verifier with a file is what its operator says of it.
                try transaction.execute(
                    """
                    INSERT INTO ostiary_verifier (name, kind, kids, seen_at)
                    VALUES (\(verifier.name), \(verifier.kind.rawValue), \(VerifierRow.text(of: verifier.keys)),
                        \(verifier.seenAt.microseconds))
                    ON CONFLICT (name) DO UPDATE SET kind = excluded.kind, kids = excluded.kids,
                        seen_at = excluded.seen_at
                        WHERE ostiary_verifier.kind <> 'pinned' AND ostiary_verifier.seen_at <= excluded.seen_at
                    """)
            }
            try transaction.execute(
                """
                DELETE FROM ostiary_verifier WHERE kind <> 'pinned' AND name NOT IN (
                    SELECT name FROM ostiary_verifier ORDER BY \(raw: SQLQuery.verifierRank), seen_at DESC, name
                    LIMIT \(Int64(Verifier.maximumCount)))
                """)
        }
    }

    package func add(pinned name: String, in context: RequestContext) async throws -> Bool {
        try await database.commit(in: context) { transaction in
            let count = try transaction.execute(
                """
                INSERT INTO ostiary_verifier (name, kind, kids, seen_at)
                VALUES (\(name), 'pinned', '', \(context.now.microseconds)) ON CONFLICT (name) DO NOTHING
                """)
            guard count == 1 else { return false }
            try transaction.record(AuditEntry(.verifierAdded, object: name, in: context))
            return true
        }
    }

    package func confirm(_ name: String, has id: String, in context: RequestContext) async throws -> Bool {
        try await database.commit(in: context) { transaction in
            let lookup: SQLQuery = """
                SELECT \(raw: VerifierRow.columns) FROM ostiary_verifier
                WHERE name = \(name) AND kind = 'pinned'\(raw: transaction.dialect.lockingRow)
                """
            guard var verifier = try transaction.run(lookup).first.map(VerifierRow.verifier) else { return false }
            verifier.keys.insert(id)
            try transaction.execute(
                """
                UPDATE ostiary_verifier SET kids = \(VerifierRow.text(of: verifier.keys)),
                    seen_at = \(context.now.microseconds) WHERE name = \(name)
                """)
            try transaction.record(AuditEntry(.verifierConfirmed, cause: name, object: id, in: context))
            return true
        }
    }

    package func forget(verifier name: String, in context: RequestContext) async throws -> Bool {
        try await database.commit(in: context) { transaction in
            guard try transaction.execute("DELETE FROM ostiary_verifier WHERE name = \(name)") == 1 else {
                return false
            }
            try transaction.record(AuditEntry(.verifierForgotten, object: name, in: context))
            return true
        }
    }
}
