// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import OstiarySQL
import Synchronization

/// The trigger by which another program announces its changes, as the last look has found it.
final class TriggerProof: Sendable {
    private let number = Mutex<Int64?>(nil)

    var isHeld: Bool { number.withLock { $0 != nil } }

    /// - Parameters:
    ///   - found: the number of the trigger; nil if it is missing.
    ///   - renew: called if it is not the trigger of the last look, since changes may have been missed.
    func take(_ found: Int64?, renew: () -> Void) {
        guard number.withLock({ $0 }) != found else { return }
        number.withLock { $0 = nil }
        guard let found else { return }
        renew()
        number.withLock { $0 = found }
    }
}

extension Storage {
    /// Looks for the trigger on PostgreSQL.
    /// - Throws: ``StoreUnavailable``; the last look counts then.
    func proveTrigger() async throws {
        guard database.dialect == .postgres else { return }
        let found = try await adoptions.triggerNumber()
        proof.take(found) { listeners.tell(.everything) }
    }

    /// True if changes by another program are reported, or there is no such program.
    var hearsOfOthers: Bool {
        guard usesTrigger else { return !asksForEachRequest }
        return database.dialect == .postgres ? proof.isHeld : engine.provesTrigger
    }
}
