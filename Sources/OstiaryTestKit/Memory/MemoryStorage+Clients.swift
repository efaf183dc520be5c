// SPDX-License-Identifier: Apache-2.0

package import OstiaryCore

extension MemoryStorage: ClientStore {
    package func clients(in context: RequestContext) async throws -> [StoredClient] {
        transaction { tables in
            tables.clients.values.sorted {
                $0.client.createdAt == $1.client.createdAt
                    ? $0.client.id.utf8.lexicographicallyPrecedes($1.client.id.utf8)
                    : $0.client.createdAt > $1.client.createdAt
            }
        }
    }

    package func client(_ id: String, in context: RequestContext) async throws -> StoredClient? {
        transaction { $0.clients[id] }
    }

    package func add(_ client: StoredClient, in context: RequestContext) async throws -> ClientAddition {
        transaction { tables in
            guard tables.clients.count < Client.maximumCount else { return .full }
            let isTaken = tables.clients.values.contains { $0.client.name == client.client.name }
            guard !isTaken, tables.clients[client.client.id] == nil else { return .taken }
            tables.clients[client.client.id] = client
            tables.record(.added(client.client, in: context))
            tables.announced.append(.clients)
            return .added
        }
    }

    package func rotate(
        _ id: String, to secret: ClientSecretDigest, isImmediate: Bool, in context: RequestContext
    ) async throws -> Bool {
        transaction { tables in
            guard var stored = tables.clients[id] else { return false }
            stored.previous = isImmediate ? nil : stored.secret
            stored.secret = secret
            stored.client.secretMadeAt = context.now
            tables.clients[id] = stored
            tables.record(
                AuditEntry(.clientSecretRotated, cause: isImmediate ? "now" : nil, object: id, in: context))
            tables.announced.append(.clients)
            return true
        }
    }

    package func set(_ id: String, isEnabled: Bool, in context: RequestContext) async throws -> Bool? {
        transaction { tables in
            guard let stored = tables.clients[id] else { return nil }
            guard (stored.client.disabledAt == nil) != isEnabled else { return false }
            tables.clients[id]?.client.disabledAt = isEnabled ? nil : context.now
            tables.record(AuditEntry(isEnabled ? .clientEnabled : .clientDisabled, object: id, in: context))
            tables.announced.append(.clients)
            return true
        }
    }

    package func remove(_ id: String, in context: RequestContext) async throws -> Bool {
        transaction { tables in
            guard tables.clients.removeValue(forKey: id) != nil else { return false }
            tables.record(AuditEntry(.clientRemoved, object: id, in: context))
            tables.announced.append(.clients)
            return true
        }
    }

    package func note(uses: [String: Timestamp], in context: RequestContext) async throws {
        transaction { tables in
            for (id, moment) in uses {
                guard let client = tables.clients[id]?.client else { continue }
                tables.clients[id]?.client.lastUsedAt = client.lastUsedAt.map { max($0, moment) } ?? moment
            }
        }
    }
}
