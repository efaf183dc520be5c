// SPDX-License-Identifier: Apache-2.0

package import OstiaryCore

/// Keys and verifiers in tables of the product. Changes of keys are serialized: on PostgreSQL by a lock of the table.
package struct SQLKeyStore: KeyStore {
    let database: any SQLDatabase

    package init(database: any SQLDatabase) { self.database = database }

    package func keys(in context: RequestContext) async throws -> [StoredKey] {
        try await database.fetch(in: context) { try $0.run(.allKeys).map(KeyRow.key) }
    }

    package func publish(
        _ key: StoredKey, unlessAfter moment: Timestamp?, in context: RequestContext
    ) async throws -> Bool {
        try await changing(in: context) { transaction in
            let algorithm = key.jwk.algorithm.rawValue
            let others: SQLQuery = """
                SELECT 1 FROM ostiary_key WHERE algorithm = \(algorithm)
                    AND (state = 'published' OR published_at > \(moment?.microseconds ?? .max))
                """
            guard try transaction.run(others).isEmpty else { return false }
            try transaction.insert(key)
            try transaction.record(AuditEntry(.keyPublished, cause: algorithm, object: key.id, in: context))
            return true
        }
    }

    package func turn(
        _ circumstances: KeyRule.Circumstances, in context: RequestContext
    ) async throws -> [KeyTurn] {
        let lifetime = Int64(circumstances.accessLifetime)
        // Most looks find nothing to do, and then write nothing.
        let isIdle = try await database.fetch(in: context) { connection in
            let keys = try connection.run(.allKeys).map(KeyRow.key)
            return !keys.contains {
                $0.state == .published || $0.state == .retired
                    || ($0.state == .signing && $0.longestLifetime < circumstances.accessLifetime)
            }
        }
        guard !isIdle else { return [] }
        return try await database.commit(in: context) { transaction in
            try transaction.lock("ostiary_key")
            try transaction.execute(
                """
                UPDATE ostiary_key SET longest_lifetime = \(lifetime)
                WHERE state = 'signing' AND longest_lifetime < \(lifetime)
                """)
            let verifiers = try transaction.run(.allVerifiers).map(VerifierRow.verifier)
            var turns: [KeyTurn] = []
            for key in try transaction.run(.allKeys).map(KeyRow.key) {
                let step = KeyRule.next(key, verifiers, circumstances)
                switch step {
                case .stay: continue
                case .wait: break
                case .sign(let lacking): try transaction.sign(with: key, lacking: lacking, circumstances, in: context)
                case .remove: try transaction.remove(key, in: context)
                }
                turns.append(KeyTurn(id: key.id, step: step))
            }
            if turns.contains(where: { if case .wait = $0.step { false } else { true } }) {
                try transaction.announce(.keys, at: context.now)
            }
            return turns
        }
    }

    package func sign(
        with id: String, _ circumstances: KeyRule.Circumstances, in context: RequestContext
    ) async throws -> Bool {
        try await changing(in: context) { transaction in
            guard let key = try transaction.key(id), key.state == .published else { return false }
            let lacking = try transaction.run(.allVerifiers).map(VerifierRow.verifier).filter {
                !$0.keys.contains(key.id)
            }
            try transaction.sign(with: key, lacking: lacking.map(\.name).sorted(), circumstances, in: context)
            return true
        }
    }

    package func revoke(
        _ id: String, reason: String?, replacement: StoredKey?, in context: RequestContext
    ) async throws -> Bool {
        try await changing(in: context) { transaction in
            guard let key = try transaction.key(id), key.verifies else { return false }
            if replacement == nil {
                if try transaction.isLastSigner(id) { throw LastSigningKey() }
                if try transaction.isLastPublicKey(id, at: context.now) { throw LastPublicKey() }
            }
            try transaction.execute(
                """
                UPDATE ostiary_key SET state = 'revoked', sealed = NULL, reason = \(reason),
                    retired_at = \(context.now.microseconds) WHERE kid = \(id)
                """)
            try transaction.revoke(key: id, until: KeyRule.end(ofRevoked: key, at: context.now), at: context.now)
            try transaction.record(AuditEntry(.keyRevoked, cause: reason, object: id, in: context))
            if let replacement {
                try transaction.insert(replacement)
                try transaction.record(
                    AuditEntry(
                        .keySigns, cause: replacement.jwk.algorithm.rawValue, object: replacement.id, in: context))
            }
            return true
        }
    }

    package func remove(_ id: String, in context: RequestContext) async throws -> Bool {
        try await changing(in: context) { transaction in
            guard let key = try transaction.key(id), key.state != .signing, key.state != .removed else { return false }
            try transaction.remove(key, in: context)
            return true
        }
    }

    package func reseal(
        _ keys: [String: (from: SealedKey, to: SealedKey)], in context: RequestContext
    ) async throws -> Bool {
        do {
            return try await changing(in: context) { transaction in
                for (id, change) in keys {
                    let count = try transaction.execute(
                        """
                        UPDATE ostiary_key SET sealed = \(change.to.bytes)
                        WHERE kid = \(id) AND sealed = \(change.from.bytes)
                        """)
                    guard count == 1 else { throw Changed() }
                }
                try transaction.record(AuditEntry(.keysResealed, count: keys.count, in: context))
                return true
            }
        } catch is Changed {
            return false
        }
    }

    package func sharedKeyRetiredAt(in context: RequestContext) async throws -> Timestamp? {
        try await database.fetch(in: context) {
            try $0.run("SELECT retired_at FROM ostiary_shared_key").first?.timestamp(0)
        }
    }

    package func retireSharedKey(in context: RequestContext) async throws -> Bool {
        try await changing(in: context) { transaction in
            guard try !transaction.run("SELECT 1 FROM ostiary_key WHERE state = 'signing'").isEmpty else {
                return false
            }
            let count = try transaction.execute(
                """
                INSERT INTO ostiary_shared_key (slot, retired_at) VALUES (1, \(context.now.microseconds))
                ON CONFLICT (slot) DO NOTHING
                """)
            guard count == 1 else { return false }
            try transaction.record(AuditEntry(.keyRevoked, object: "shared", in: context))
            return true
        }
    }

    /// A key was changed by another process meanwhile.
    private struct Changed: Error {}

    /// Runs a change of keys, and announces it if the work has done one.
    private func changing(
        in context: RequestContext, _ work: @escaping @Sendable (SQLTransaction) throws -> Bool
    ) async throws -> Bool {
        try await database.commit(in: context) { transaction in
            try transaction.lock("ostiary_key")
            guard try work(transaction) else { return false }
            try transaction.announce(.keys, at: context.now)
            return true
        }
    }
}

extension SQLQuery {
    static let allKeys: SQLQuery = """
        SELECT \(raw: KeyRow.columns) FROM ostiary_key WHERE state <> 'removed'
        ORDER BY published_at DESC, kid LIMIT \(Int64(StoredKey.maximumCount))
        """
    static let allVerifiers: SQLQuery = """
        SELECT \(raw: VerifierRow.columns) FROM ostiary_verifier
        ORDER BY \(raw: verifierRank), seen_at DESC, name LIMIT \(Int64(Verifier.maximumCount))
        """
    /// Those that an operator has named come first, then those that have a secret, then those that anybody can make up.
    static let verifierRank: StaticString = "CASE kind WHEN 'pinned' THEN 0 WHEN 'polls' THEN 1 ELSE 2 END"
}

extension SQLTransaction {
    fileprivate func key(_ id: String) throws -> StoredKey? {
        try run("SELECT \(raw: KeyRow.columns) FROM ostiary_key WHERE kid = \(id)").first.map(KeyRow.key)
    }

    /// True if the shared secret is retired, and no key but this one signs.
    fileprivate func isLastSigner(_ id: String) throws -> Bool {
        let last: SQLQuery = """
            SELECT 1 FROM ostiary_shared_key WHERE EXISTS (
                SELECT 1 FROM ostiary_key WHERE kid = \(id) AND state = 'signing')
                AND NOT EXISTS (SELECT 1 FROM ostiary_key WHERE kid <> \(id) AND state = 'signing')
            """
        return try !run(last).isEmpty
    }

    /// True if programs follow the feed, and no key but this one could sign it.
    fileprivate func isLastPublicKey(_ id: String, at now: Timestamp) throws -> Bool {
        let since = now.adding(seconds: -KeyRule.memory).microseconds
        let last: SQLQuery = """
            SELECT 1 WHERE EXISTS (SELECT 1 FROM ostiary_verifier WHERE kind = 'polls' AND seen_at > \(since))
                AND NOT EXISTS (
                    SELECT 1 FROM ostiary_key WHERE kid <> \(id) AND state IN ('published', 'signing', 'retired'))
            """
        return try !run(last).isEmpty
    }

    fileprivate func insert(_ key: StoredKey) throws {
        try execute(
            """
            INSERT INTO ostiary_key (kid, algorithm, state, jwk, sealed, published_at, signing_at, longest_lifetime)
            VALUES (\(key.id), \(key.jwk.algorithm.rawValue), \(key.state.rawValue), \(key.jwk.text),
                \(key.sealed?.bytes), \(key.publishedAt.microseconds), \(key.signingAt?.microseconds),
                \(Int64(key.longestLifetime)))
            """)
    }

    /// Lets a key sign, and retires the one of its algorithm that has signed.
    fileprivate func sign(
        with key: StoredKey, lacking: [String], _ circumstances: KeyRule.Circumstances, in context: RequestContext
    ) throws {
        let (now, algorithm) = (circumstances.now.microseconds, key.jwk.algorithm.rawValue)
        let signing: SQLQuery = """
            SELECT \(raw: KeyRow.columns) FROM ostiary_key WHERE algorithm = \(algorithm) AND state = 'signing'
            """
        if let old = try run(signing).first.map(KeyRow.key) {
            try execute(
                """
                UPDATE ostiary_key SET state = 'retired', retired_at = \(now),
                    remove_after = \(KeyRule.end(of: old, circumstances).microseconds) WHERE kid = \(old.id)
                """)
            try record(AuditEntry(.keyRetired, cause: algorithm, object: old.id, in: context))
        }
        try execute(
            """
            UPDATE ostiary_key SET state = 'signing', signing_at = \(now),
                longest_lifetime = \(Int64(circumstances.accessLifetime)) WHERE kid = \(key.id)
            """)
        try record(AuditEntry(.keySigns, cause: algorithm, object: key.id, count: lacking.count, in: context))
    }

    fileprivate func remove(_ key: StoredKey, in context: RequestContext) throws {
        try execute("UPDATE ostiary_key SET state = 'removed', sealed = NULL WHERE kid = \(key.id)")
        try record(AuditEntry(.keyRemoved, cause: key.jwk.algorithm.rawValue, object: key.id, in: context))
    }
}
