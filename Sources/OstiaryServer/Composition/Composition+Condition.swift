// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import OstiaryHTTP

extension Composition {
    /// The answer of the readiness check.
    @Sendable func readiness() async -> Readiness {
        guard !draining.isDraining else { return Readiness(isReady: false, notes: [("server", "draining")]) }
        let storage = installation.storage
        let database = await storage.state()
        let recorded = database != .unavailable ? try? await storage.keys.fingerprint(of: .signingKey) : nil
        let hasKey = recorded == nil || recorded == ring.sharedFingerprint
        var notes = [("database", database.note)]
        if !hasKey { notes.append(("key", "the other servers use another signing key")) }
        notes.append(("changes", changes))
        if case .redis(let redis) = installation.access { notes.append(("redis", redis.note)) }
        notes.append(("throttling", budgets.note))
        // The messages are in the database, too.
        if database != .unavailable, let note = await mail?.note(at: installation.now()) {
            notes.append(("mail", note))
        }
        return Readiness(isReady: database == .ok && hasKey, notes: notes)
    }

    /// The condition of the server for administrators, with the notes of the readiness check.
    /// - Parameter now: the time of the request. Faults are looked for at most once a minute.
    @Sendable func condition(at now: Timestamp) async -> Condition {
        let database = await installation.storage.state().note
        var settings = database
        if case .redis(let redis) = installation.access { settings = redis.note }
        let found = (try? await findings.value(at: now) { [installation] in await installation.findingsWhileServing() })
        return Condition(
            database: database, settingsStore: settings, changes: changes, throttling: budgets.note,
            faults: (found ?? []).map {
                Condition.Fault(level: $0.level.rawValue, code: $0.code, text: $0.text, advice: $0.advice)
            })
    }

    private var changes: String {
        let storage = installation.storage
        if storage.holdsLease() { return "ok" }
        if storage.asksForEachRequest, storage.hearsOfChanges { return "ok; each request asks the database" }
        if storage.hearsOfChanges, !storage.hearsOfOthers {
            return "degraded: the trigger on the table of accounts is missing; each request asks the database"
        }
        return "degraded: each request asks the database"
    }
}
