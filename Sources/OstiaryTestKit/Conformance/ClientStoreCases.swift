// SPDX-License-Identifier: Apache-2.0

package import OstiaryCore

/// The cases that every store of clients passes. Each begins without clients.
package enum ClientStoreCases {
    private static let start = Timestamp(seconds: 1_800_000_000)

    private static func context(_ seconds: Int = 0) -> RequestContext {
        RequestContext(actor: .operator("root"), now: start.adding(seconds: seconds))
    }

    private static func client(
        _ name: String, may: Set<ClientRight> = [.introspect], at seconds: Int = 0
    ) -> StoredClient {
        StoredClient(
            Client(id: Client.newID(), name: name, may: may, createdAt: start.adding(seconds: seconds)),
            secret: ClientSecret().digest)
    }

    /// Clients are added, listed and removed; a name belongs to one.
    package static func life(of clients: any ClientStore, _ audit: any AuditStore) async throws {
        let (first, second) = (client("one", may: [.introspect, .feed]), client("two", at: 1))
        try requireEqual(try await clients.add(first, in: context()), .added, "the first")
        try requireEqual(try await clients.add(second, in: context(1)), .added, "the second")
        try requireEqual(try await clients.add(client("one"), in: context(2)), .taken, "the name is taken")
        try requireEqual(try await clients.clients(in: context()), [second, first], "the newest first")
        try requireEqual(try await clients.client(first.client.id, in: context()), first, "as it was added")
        try requireEqual(try await clients.client("client-0", in: context()), nil, "nobody")
        try requireEqual(try await clients.remove(first.client.id, in: context(3)), true, "removed")
        try requireEqual(try await clients.remove(first.client.id, in: context(4)), false, "removed once")
        try requireEqual(try await clients.client(first.client.id, in: context()), nil, "it is gone")
        try requireEqual(try await clients.add(client("one"), in: context(5)), .added, "the name is free again")
        let entries = try await audit.entries(of: first.client.id)
        try requireEqual(entries.map(\.event), [.clientRemoved, .clientAdded], "what became of it")
        try requireEqual(
            entries.last?.changes,
            [AuditChange("may", from: nil, to: "introspect feed"), AuditChange("name", from: nil, to: "one")],
            "as what it was added")
        try requireEqual(entries.last?.cause, "resource_server", "its kind")
    }

    /// A client has two secrets at most.
    package static func secrets(of clients: any ClientStore, _ audit: any AuditStore) async throws {
        let added = client("one")
        let id = added.client.id
        let (second, third, fourth) = (ClientSecret().digest, ClientSecret().digest, ClientSecret().digest)
        try requireEqual(try await clients.add(added, in: context()), .added, "added")
        func digests() async throws -> [ClientSecretDigest?] {
            let stored = try await clients.client(id, in: context())
            return [stored?.secret, stored?.previous]
        }
        try requireEqual(try await digests(), [added.secret, nil], "one at first")
        try requireEqual(
            try await clients.rotate(id, to: second, isImmediate: false, in: context(1)), true, "a second")
        try requireEqual(try await digests(), [second, added.secret], "both work")
        try requireEqual(try await clients.rotate(id, to: third, isImmediate: false, in: context(2)), true, "a third")
        try requireEqual(try await digests(), [third, second], "the oldest is gone")
        try requireEqual(try await clients.rotate(id, to: fourth, isImmediate: true, in: context(3)), true, "at once")
        try requireEqual(try await digests(), [fourth, nil], "the new one alone")
        try requireEqual(
            try await clients.client(id, in: context())?.client.secretMadeAt, start.adding(seconds: 3), "its time")
        try requireEqual(
            try await clients.rotate("client-0", to: second, isImmediate: false, in: context(4)), false, "nobody")
        try requireEqual(
            try await audit.entries(event: .clientSecretRotated).map(\.cause), ["now", nil, nil], "each is recorded")
    }

    /// A client is disabled and enabled; its uses move forward only, and are no change.
    package static func states(of clients: any ClientStore, _ audit: any AuditStore) async throws {
        let added = client("one")
        let id = added.client.id
        try requireEqual(try await clients.add(added, in: context()), .added, "added")
        try requireEqual(try await clients.set(id, isEnabled: true, in: context(1)), false, "it is enabled")
        try requireEqual(try await clients.set(id, isEnabled: false, in: context(2)), true, "disabled")
        try requireEqual(try await clients.set(id, isEnabled: false, in: context(3)), false, "disabled once")
        try requireEqual(
            try await clients.client(id, in: context())?.client.disabledAt, start.adding(seconds: 2), "its time")
        try requireEqual(try await clients.set(id, isEnabled: true, in: context(4)), true, "enabled")
        try requireEqual(try await clients.client(id, in: context())?.client.disabledAt, nil, "it works again")
        try requireEqual(try await clients.set("client-0", isEnabled: true, in: context(5)), nil, "nobody")
        try await clients.note(uses: [id: start.adding(seconds: 90), "client-0": start], in: context(90))
        try await clients.note(uses: [id: start.adding(seconds: 60)], in: context(91))
        try requireEqual(
            try await clients.client(id, in: context())?.client.lastUsedAt, start.adding(seconds: 90), "the last use")
        try requireEqual(
            try await audit.entries(of: id).map(\.event), [.clientEnabled, .clientDisabled, .clientAdded],
            "a use is no entry")
    }

    /// Of many clients of one name at once, one is added; beyond the most, none is.
    package static func limits(of clients: any ClientStore, _ audit: any AuditStore) async throws {
        let added = try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<8 { group.addTask { try await clients.add(client("one"), in: context()) == .added } }
            return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        try requireEqual(added, 1, "one of them")
        for number in 1..<Client.maximumCount {
            try requireEqual(try await clients.add(client("c\(number)"), in: context()), .added, "client \(number)")
        }
        try requireEqual(try await clients.add(client("further"), in: context()), .full, "one too many")
        try requireEqual(try await clients.clients(in: context()).count, Client.maximumCount, "all are listed")
    }

    /// The cases by name.
    package static let all: [(name: String, run: @Sendable (any ClientStore, any AuditStore) async throws -> Void)] = [
        ("life", life), ("secrets", secrets), ("states", states), ("limits", limits),
    ]
}
