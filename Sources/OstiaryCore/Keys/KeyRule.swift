// SPDX-License-Identifier: Apache-2.0

/// The rule by which keys sign, retire and go (docs/features/keys.md).
///
/// It is a pure function: a store calls ``next(_:_:_:)`` inside the transaction that acts on the step.
package enum KeyRule {
    /// The settings in force, and the time.
    package struct Circumstances: Sendable, Equatable {
        /// The seconds for which caches may keep the JWKS.
        package var maximumAge: Int
        /// The hours after which a published key signs, whoever lacks it.
        package var publishHours: Int
        /// The lifetime of access tokens, in seconds.
        package var accessLifetime: Int
        /// The time.
        package var now: Timestamp

        /// - Parameters:
        ///   - maximumAge: the seconds for which caches may keep the JWKS.
        ///   - publishHours: the hours after which a published key signs, whoever lacks it.
        ///   - accessLifetime: the lifetime of access tokens, in seconds.
        ///   - now: the time.
        package init(maximumAge: Int, publishHours: Int, accessLifetime: Int, now: Timestamp) {
            self.maximumAge = maximumAge
            self.publishHours = publishHours
            self.accessLifetime = accessLifetime
            self.now = now
        }
    }

    /// The step that a key is to take.
    package enum Step: Sendable, Equatable {
        /// Nothing yet.
        case stay
        /// Wait for these verifiers, which lack the key.
        case wait([String])
        /// Sign from now on. The verifiers lack the key; the deadline is over.
        case sign(lacking: [String])
        /// Go: no token of the key lives.
        case remove
    }

    /// The seconds after which every server on the database has read a new key, also one whose change feed was broken.
    static let spread = 30
    /// Verifiers that were not seen for longer do not count.
    package static let memory = 7 * 86_400

    /// - Parameters:
    ///   - key: a key of the ring.
    ///   - verifiers: all verifiers that are known.
    ///   - circumstances: the settings in force, and the time.
    package static func next(_ key: StoredKey, _ verifiers: [Verifier], _ circumstances: Circumstances) -> Step {
        let now = circumstances.now
        switch key.state {
        case .published:
            guard now >= key.publishedAt.adding(seconds: max(circumstances.maximumAge, spread)) else { return .stay }
            let lacking = verifiers.filter { counts($0, at: now) && !has($0, key) }
            guard !lacking.isEmpty else { return .sign(lacking: []) }
            let names = lacking.map(\.name).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
            let isLate = now >= key.publishedAt.adding(seconds: circumstances.publishHours * 3_600)
            // A file does not change by itself: an operator says that it has the key.
            guard isLate, !lacking.contains(where: { $0.kind == .pinned }) else { return .wait(names) }
            return .sign(lacking: names)
        case .retired:
            guard let last = key.removeAfter, now > last else { return .stay }
            return .remove
        case .signing, .removed, .revoked: return .stay
        }
    }

    /// The time after which no token of a key lives that signs no more.
    /// - Parameters:
    ///   - key: the key.
    ///   - circumstances: the settings in force, and the time from which it signs no more.
    package static func end(of key: StoredKey, _ circumstances: Circumstances) -> Timestamp {
        // A node may hear of it a while later, and its clock may be ahead.
        let margin = 120
        return circumstances.now.adding(seconds: max(key.longestLifetime, circumstances.accessLifetime) + margin)
    }

    /// The time after which no token of a key lives that is revoked. The lifetime of its last tokens may not be noted yet.
    package static func end(ofRevoked key: StoredKey, at now: Timestamp) -> Timestamp {
        max(now.adding(seconds: key.longestLifetime + 86_400), key.removeAfter ?? now)
    }

    /// True if new keys wait for a verifier: it has a file, or was seen lately.
    package static func counts(_ verifier: Verifier, at now: Timestamp) -> Bool {
        verifier.kind == .pinned || verifier.seenAt.adding(seconds: memory) > now
    }

    private static func has(_ verifier: Verifier, _ key: StoredKey) -> Bool {
        switch verifier.kind {
        case .fetches: verifier.seenAt >= key.publishedAt && verifier.keys.contains(key.id)
        case .polls, .pinned: verifier.keys.contains(key.id)
        }
    }
}
