// SPDX-License-Identifier: Apache-2.0

/// A map of bounded size that drops entries which were not used lately.
///
/// It has two generations: when the young one is full, it replaces the old one, whose entries are dropped. An operation
/// takes constant time, and an entry stays as long as it is used once in a generation.
package struct BoundedCache<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private var young: [Key: Value] = [:]
    private var old: [Key: Value] = [:]
    private let generation: Int

    /// - Parameter capacity: the most entries.
    package init(capacity: Int) { self.generation = max(1, capacity / 2) }

    var count: Int { young.count + old.count }

    package mutating func value(for key: Key) -> Value? {
        if let value = young[key] { return value }
        guard let value = old.removeValue(forKey: key) else { return nil }
        insert(value, for: key)
        return value
    }

    package mutating func insert(_ value: Value, for key: Key) {
        if young.count >= generation, young[key] == nil {
            old = young
            young = [:]
        }
        young[key] = value
        old.removeValue(forKey: key)
    }

    mutating func remove(_ key: Key) {
        young.removeValue(forKey: key)
        old.removeValue(forKey: key)
    }

    mutating func removeAll(where isGone: (Value) -> Bool) {
        young = young.filter { !isGone($0.value) }
        old = old.filter { !isGone($0.value) }
    }

    mutating func removeAll() {
        young = [:]
        old = [:]
    }
}
