// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// All that is revoked, as far as it was heard of.
///
/// An entry is kept under a hash of 128 bits, in parts with a lock each: while a page of 10,000 entries is merged, and the table
/// of a part grows, requests look into the other parts.
package final class RevocationList: Sendable {
    private enum Kind: UInt8 {
        case session = 1
        case user = 2
        case key = 3
    }

    /// Seconds since 1970.
    private struct Entry {
        /// Tokens that were issued before are refused; ``always`` for all of them.
        var before: UInt32
        /// No token of the entry lives longer.
        var until: UInt32

        static let always = UInt32.max
    }

    private final class Part: Sendable {
        let entries = Mutex<[UInt128: Entry]>([:])
    }

    private let parts = (0..<64).map { _ in Part() }
    private let maximum: Int
    private let margin: Int
    private let count = Atomic<Int>(0)
    /// The end of what had no place.
    private let missingUntil = Atomic<Int>(0)

    /// - Parameters:
    ///   - maximum: the largest number of entries.
    ///   - margin: the seconds that an entry is kept beyond its end, since clocks differ.
    package init(maximum: Int, margin: Int) {
        self.maximum = maximum
        self.margin = margin
    }

    /// True if nothing that still counts had to be left out.
    /// - Parameter now: seconds since 1970.
    func isWhole(now: Double) -> Bool { missingUntil.load(ordering: .relaxed) < Int(now) - margin }

    /// - Parameter issuedAt: seconds since 1970; 0 for a token that does not say it, which may be an old one.
    /// - Returns: the rule that refuses a token; nil if nothing revokes it.
    package func refusal(key: String, session: String, user: String, issuedAt: Double) -> TokenRefusal? {
        if revokes(key: key) { return .keyRevoked }
        if entry(.session, session) != nil { return .sessionEnded }
        guard let before = entry(.user, user)?.before else { return nil }
        return issuedAt < Double(before) ? .userRevoked : nil
    }

    func revokes(key id: String) -> Bool { entry(.key, id) != nil }

    /// Takes over what a page tells. What was told before stays until its own end: a page that comes again, late or in another
    /// order takes nothing away.
    /// - Returns: false if something had no place.
    package func merge(_ page: RevocationPage) -> Bool {
        var isWhole = true
        for (id, until) in page.sessions where !add(.session, id, Entry.always, until) { isWhole = false }
        for (id, before, until) in page.users where !add(.user, id, UInt32(clamping: before), until) { isWhole = false }
        for (id, until) in page.keys where !add(.key, id, Entry.always, until) { isWhole = false }
        return isWhole
    }

    /// Forgets what no living token can meet.
    /// - Parameter now: seconds since 1970.
    func forget(now: Double) {
        let end = UInt32(clamping: Int(now) - margin)
        for part in parts {
            let gone = part.entries.withLock { entries in
                // A filter makes the table anew; most of the time nothing has to go.
                guard entries.values.contains(where: { $0.until < end }) else { return 0 }
                let before = entries.count
                entries = entries.filter { $0.value.until >= end }
                return before - entries.count
            }
            count.subtract(gone, ordering: .relaxed)
        }
    }

    /// - Returns: false if there is no place.
    private func add(_ kind: Kind, _ id: String, _ before: UInt32, _ until: Int) -> Bool {
        let key = Self.digest(kind, id)
        let until = UInt32(clamping: until)
        return part(key).entries.withLock { entries in
            if let old = entries[key] {
                entries[key] = Entry(before: max(old.before, before), until: max(old.until, until))
                return true
            }
            guard count.load(ordering: .relaxed) < maximum else {
                missingUntil.max(Int(until), ordering: .relaxed)
                return false
            }
            entries[key] = Entry(before: before, until: until)
            count.add(1, ordering: .relaxed)
            return true
        }
    }

    private func entry(_ kind: Kind, _ id: String) -> Entry? {
        let key = Self.digest(kind, id)
        return part(key).entries.withLock { $0[key] }
    }

    private func part(_ key: UInt128) -> Part { parts[Int(truncatingIfNeeded: key & 63)] }

    /// Hasher has a random seed in each process, so nobody can choose ids that meet; by chance two of them do once in 2¹²⁸.
    private static func digest(_ kind: Kind, _ id: String) -> UInt128 {
        var id = id
        return id.withUTF8 { bytes in
            var (high, low) = (Hasher(), Hasher())
            high.combine(kind.rawValue)
            low.combine(UInt16(kind.rawValue))
            high.combine(bytes: UnsafeRawBufferPointer(bytes))
            low.combine(bytes: UnsafeRawBufferPointer(bytes))
            return UInt128(UInt64(bitPattern: Int64(high.finalize()))) << 64
                | UInt128(UInt64(bitPattern: Int64(low.finalize())))
        }
    }
}
