// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Counts refused and throttled logins in memory, to be written as audit entries with a count: a flood of guesses must not
/// become one write each, and each cause of a refusal has to cost the same.
///
/// One row stands for a minute, a network, an address, a cause.
package final class RefusalTally: Sendable {
    private struct Key: Hashable {
        var minute: Int64
        var event: AuditEvent
        var cause: String
        /// The rest is nil in the row of all that found no place any more.
        var network: Network?
        var object: String?
        var user: User.ID?
    }

    private struct Slot {
        /// The newest refusal. Its id is that of the row, once there is one.
        var entry: AuditEntry
        var unwritten = 0
    }

    /// How many rows a minute may have; more share one for each cause.
    static let capacity = 10_000

    private let digest: AddressDigest
    private let capacity: Int
    private let slots = Mutex<[Key: Slot]>([:])

    package convenience init(digest: AddressDigest) { self.init(digest: digest, capacity: Self.capacity) }

    init(digest: AddressDigest, capacity: Int) {
        self.digest = digest
        self.capacity = capacity
    }

    /// - Parameters:
    ///   - cause: a word of the documentation.
    ///   - address: that was tried; nil where none was, or none that is valid.
    ///   - user: the account that was tried; nil where there is none.
    func count(
        _ event: AuditEvent, cause: String, address: EmailAddress? = nil, user: User.ID? = nil,
        in context: RequestContext
    ) {
        let object = address.map(digest.callAsFunction)
        var entry = AuditEntry(event, of: user, cause: cause, object: object, count: 0, in: context)
        var key = Key(
            minute: context.now.seconds / 60, event: event, cause: cause, network: entry.network, object: object,
            user: user)
        slots.withLock { slots in
            if slots[key] == nil, slots.count >= capacity {
                key = Key(minute: key.minute, event: event, cause: cause)
                (entry.user, entry.session, entry.address, entry.network, entry.object) = (nil, nil, nil, nil, nil)
            }
            var slot = slots[key] ?? Slot(entry: entry)
            entry.id = slot.entry.id
            slot.entry = entry
            slot.unwritten += 1
            slots[key] = slot
        }
    }

    /// How many rows wait to be written.
    package var waiting: Int { slots.withLock { $0.values.count { $0.unwritten > 0 } } }

    /// Rows that one transaction writes: few enough that no login waits for it.
    static let batch = 200

    /// Writes what was counted since the last time. Of one caller at a time.
    /// - Throws: ``StoreUnavailable``; what was not written is written the next time.
    package func write(to store: any AuditStore, in context: RequestContext) async throws {
        var rest = take(before: context.now.seconds / 60)[...]
        while !rest.isEmpty {
            let batch = rest.prefix(Self.batch)
            do {
                let ids = try await store.add(batch.map(\.entry), in: context)
                note(ids, of: batch.map(\.key))
            } catch {
                putBack(rest)
                throw error
            }
            rest = rest.dropFirst(Self.batch)
        }
    }

    private func take(before minute: Int64) -> [(key: Key, entry: AuditEntry)] {
        slots.withLock { slots in
            var taken: [(key: Key, entry: AuditEntry)] = []
            for (key, slot) in slots where slot.unwritten > 0 {
                var entry = slot.entry
                entry.count = slot.unwritten
                taken.append((key, entry))
                slots[key]?.unwritten = 0
            }
            // Nothing is added to the row of a minute that is over, but what waited for the lock meanwhile.
            slots = slots.filter { $0.key.minute >= minute - 1 }
            return taken.sorted { $0.entry.at < $1.entry.at }
        }
    }

    private func note(_ ids: [Int64], of keys: [Key]) {
        slots.withLock { slots in
            for (id, key) in zip(ids, keys) { slots[key]?.entry.id = id }
        }
    }

    private func putBack(_ entries: ArraySlice<(key: Key, entry: AuditEntry)>) {
        slots.withLock { slots in
            for (key, entry) in entries {
                var slot = slots[key] ?? Slot(entry: entry)
                slot.unwritten += entry.count
                if slots[key] != nil || slots.count < capacity * 2 { slots[key] = slot }
            }
        }
    }
}
