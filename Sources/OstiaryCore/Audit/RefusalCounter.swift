// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Counts refused and throttled logins in memory and writes them as audit entries with a count. A flood of guesses does
/// not become a flood of writes, and every cause of a refusal costs the same time (ASVS 6.3.8).
///
/// One entry stands for the refusals of one minute, network, address and cause.
package final class RefusalCounter: Sendable {
    private struct Key: Hashable {
        var minute: Int64
        var event: AuditEvent
        var cause: String
        /// Network, object and user are nil in the entry that counts refusals beyond the capacity.
        var network: Network?
        var object: String?
        var user: User.ID?
    }

    private struct Slot {
        /// The newest refusal, with the id of the row once that is written.
        var entry: AuditEntry
        var unwritten = 0
    }

    /// The most entries that are kept; further refusals share one entry for each cause.
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
    ///   - cause: a word that the documentation lists.
    ///   - address: the attempted address; nil if there was none or it was malformed.
    ///   - user: the attempted account; nil if there is none.
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

    /// The number of entries to be written.
    package var waiting: Int { slots.withLock { $0.values.count { $0.unwritten > 0 } } }

    /// The entries that one transaction writes: few enough that no login waits for it.
    static let batch = 200

    /// Writes the refusals that were counted since the last call. Must not be called concurrently.
    /// - Throws: ``StoreUnavailable``; the next call writes what was not written.
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
            // Only a caller that waited for the lock can still add to the minute before.
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
