// SPDX-License-Identifier: Apache-2.0

import Logging
import OstiaryCore
import OstiarySQL
import Synchronization

/// Finds out if the database keeps writes, by a small write of its own while somebody asks.
///
/// All who ask at one time share a write. There is one in five seconds, and one in a second after a write has failed.
final class WriteProbe: Sendable {
    private struct State {
        var fault: SQLError?
        /// The time at which the last write began.
        var begin: ContinuousClock.Instant?
        var isRunning = false
    }

    private static let interval = Duration.seconds(5)
    private static let shortInterval = Duration.seconds(1)
    /// The longest wait for a write, more than the databases themselves wait for a lock or an answer.
    private static let patience = Duration.seconds(6)

    private let state = Mutex(State())
    private let failures: WriteFailures
    private let logger: Logger
    private let attempt: @Sendable (_ isGrowing: Bool) async throws -> Void

    /// - Parameters:
    ///   - failures: the writes of stores that failed.
    ///   - logger: gets one line when writes begin to fail, and one when they are kept again.
    ///   - attempt: commits a write; true to try also that the database can become larger.
    init(
        failures: WriteFailures, logger: Logger, attempt: @escaping @Sendable (_ isGrowing: Bool) async throws -> Void
    ) {
        self.failures = failures
        self.logger = logger
        self.attempt = attempt
    }

    /// - Returns: the outcome of the last write, which begins now if it is due.
    func state() async -> DatabaseState {
        let now = ContinuousClock.now
        let isDue = state.withLock { state in
            let interval = state.fault != nil || failures.isNoted ? Self.shortInterval : Self.interval
            guard !state.isRunning, state.begin.map({ now - $0 >= interval }) ?? true else { return false }
            state.begin = now
            state.isRunning = true
            return true
        }
        // Nobody waits for the write itself, since a disk may hang for ever.
        if isDue { Task { await run() } }
        while true {
            let (fault, begin, isRunning) = state.withLock { ($0.fault, $0.begin, $0.isRunning) }
            if !isRunning { return fault.map { .cannotWrite($0.code) } ?? .ok }
            guard let begin, ContinuousClock.now - begin < Self.patience else { return .cannotWrite(.unavailable) }
            guard (try? await Task.sleep(for: .milliseconds(2))) != nil else { return .cannotWrite(.unavailable) }
        }
    }

    private func run() async {
        let wasFull = state.withLock { $0.fault?.code == .full }
        let isGrowing = failures.take() == .full || wasFull
        var fault: SQLError?
        do { try await attempt(isGrowing) } catch {
            // Another process may hold a lock for a while, or all requests wait: that tells nothing about the disk.
            let isTelling = (error as? SQLError).map { ![.busy, .conflict, .overloaded, .closed].contains($0.code) }
            guard isTelling == true else { return state.withLock { $0.isRunning = false } }
            fault = error as? SQLError
        }
        let former = state.withLock { [fault] state in
            defer { (state.fault, state.isRunning) = (fault, false) }
            return state.fault
        }
        guard fault?.code != former?.code else { return }
        if let fault {
            logger.error(
                "the database keeps no writes; this server is not ready until it does",
                metadata: ["error": "\(fault.report)"])
        } else {
            logger.notice("the database keeps writes again")
        }
    }
}
