// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// The pages of the list of what is revoked, signed for programs that verify tokens by themselves.
///
/// A listener waits until there is a new entry. However many listen, a page is read and signed once for all that have read
/// equally far, at most ten times a second.
package final class RevocationFeed: Sendable {
    /// The most entries of a page.
    static let pageSize = 10_000
    /// The time for which a page is sent to all that ask for it, and the shortest time between two looks.
    static let pace = Duration.milliseconds(100)
    /// The time between two looks while changes by other servers may not be reported.
    static let doubtfulPace = Duration.milliseconds(500)
    /// The most pages that are kept for others who ask for the same.
    static let sharedPages = 32
    /// The most listeners that wait.
    static let capacity = 5_000

    private let store: any RevocationStore
    private let keys: TokenKeys
    private let issuer: String
    private let algorithm: @Sendable () -> TokenAlgorithm
    private let now: WallClock
    private let hearsOfChanges: @Sendable () -> Bool
    private let isDraining: @Sendable () -> Bool
    private let state = Mutex(State())

    private struct State {
        var pages: [String?: Shared] = [:]
        var listeners: [UInt64: Listener] = [:]
        var counted: UInt64 = 0
        /// The number of changes that were reported.
        var changes: UInt64 = 0
        /// True if a listener may have missed a change.
        var isDue = false
        /// True while ``RevocationFeed/wake()`` runs.
        var isWaking = false
    }
    /// A page that is being made, or was made a moment ago.
    private struct Shared {
        var page: Task<Page?, any Error>
        var since: ContinuousClock.Instant
    }
    private struct Listener {
        var continuation: CheckedContinuation<Void, Never>
        var deadline: ContinuousClock.Instant
    }
    private struct Page: Sendable {
        var text: [UInt8]
        var isEmpty: Bool
        /// The number of changes before it was read.
        var changes: UInt64
    }

    /// The reason why a page cannot be sent.
    package enum Failure: Error, Equatable {
        /// The text is no cursor.
        case noCursor
        /// There is no public key, so no program could verify the page.
        case noPublicKey
        /// Too many listeners wait.
        case crowded
    }

    /// - Parameters:
    ///   - store: the list.
    ///   - keys: the ring in force.
    ///   - issuer: the `iss` of tokens.
    ///   - algorithm: the algorithm that signs tokens, asked for each page.
    ///   - now: the wall clock.
    ///   - hearsOfChanges: returns true while ``receive(_:)`` is told of the changes of all servers.
    ///   - isDraining: returns true once nobody may wait any longer.
    package init(
        store: any RevocationStore, keys: TokenKeys, issuer: String,
        algorithm: @escaping @Sendable () -> TokenAlgorithm, now: @escaping WallClock,
        hearsOfChanges: @escaping @Sendable () -> Bool, isDraining: @escaping @Sendable () -> Bool
    ) {
        self.store = store
        self.keys = keys
        self.issuer = issuer
        self.algorithm = algorithm
        self.now = now
        self.hearsOfChanges = hearsOfChanges
        self.isDraining = isDraining
    }

    /// Takes a change notice.
    package func receive(_ notice: ChangeNotice) {
        let concerns = notice.concerns { change in
            switch change {
            case .user, .sessionEnded, .keys: true
            default: false
            }
        }
        guard concerns else { return }
        state.withLock { state in
            state.changes &+= 1
            state.isDue = true
        }
    }

    /// Returns the next page for a listener.
    /// - Parameters:
    ///   - cursor: the cursor of the page before, as sent; nil for the start of the list.
    ///   - wait: the time for which to wait for a new entry.
    /// - Returns: the page, a JWS in compact form (RFC 7515 §3.1).
    /// - Throws: ``Failure``; ``StoreUnavailable``.
    package func page(after cursor: String?, waiting wait: Duration) async throws -> [UInt8] {
        if let cursor {
            guard cursor.utf8.count <= PageCursor.maximumLength, cursor.isASCII else { throw Failure.noCursor }
        }
        let deadline = ContinuousClock.now + wait
        while true {
            guard let page = try await shared(after: cursor).value else { throw Failure.noCursor }
            guard page.isEmpty, ContinuousClock.now < deadline, !isDraining() else { return page.text }
            try await listen(until: deadline, knowing: page.changes)
        }
    }

    private func shared(after cursor: String?) -> Task<Page?, any Error> {
        let start = ContinuousClock.now
        return state.withLock { state in
            if let shared = state.pages[cursor], start - shared.since < Self.pace { return shared.page }
            state.pages = state.pages.filter { start - $0.value.since < Self.pace }
            let changes = state.changes
            let page = Task { try await self.make(after: cursor, knowing: changes) }
            if state.pages.count < Self.sharedPages { state.pages[cursor] = Shared(page: page, since: start) }
            return page
        }
    }

    private func make(after cursor: String?, knowing changes: UInt64) async throws -> Page? {
        guard let signer = keys.ring.publicSigner(algorithm()) else { throw Failure.noPublicKey }
        let now = now()
        let context = RequestContext(actor: .system, deadline: ContinuousClock.now + .seconds(5), now: now)
        guard let page = try await store.page(after: cursor, limit: Self.pageSize, in: context) else { return nil }
        let text = TokenCodec.sign(page.payload(issuer: issuer, at: now), as: .revocations, with: signer)
        let isEmpty = page.entries.isEmpty && !page.hasMore && !page.isComplete
        return Page(text: text, isEmpty: isEmpty, changes: changes)
    }

    /// Returns when there may be a new entry, or at the deadline.
    private func listen(until deadline: ContinuousClock.Instant, knowing changes: UInt64) async throws {
        let number = state.withLock { state in
            state.counted &+= 1
            return state.counted
        }
        var isCrowded = false
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let begins: Bool? = state.withLock { state in
                    guard state.listeners.count < Self.capacity, !Task.isCancelled else { return nil }
                    if state.changes != changes { state.isDue = true }
                    state.listeners[number] = Listener(continuation: continuation, deadline: deadline)
                    defer { state.isWaking = true }
                    return !state.isWaking
                }
                switch begins {
                case nil:
                    isCrowded = !Task.isCancelled
                    continuation.resume()
                case true?: Task { await self.wake() }
                case false?: break
                }
            }
        } onCancel: {
            state.withLock { $0.listeners.removeValue(forKey: number) }?.continuation.resume()
        }
        try Task.checkCancellation()
        if isCrowded { throw Failure.crowded }
    }

    /// Wakes listeners as long as there are any.
    private func wake() async {
        var looked = ContinuousClock.now
        while true {
            try? await Task.sleep(for: Self.pace)
            let time = ContinuousClock.now
            let isDoubtful = time - looked >= Self.doubtfulPace && !hearsOfChanges()
            let ends = isDraining()
            let (woken, isDone) = state.withLock { state in
                let isDue = state.isDue || isDoubtful || ends
                let woken = isDue ? state.listeners : state.listeners.filter { $0.value.deadline <= time }
                for number in woken.keys { state.listeners[number] = nil }
                state.isDue = false
                state.isWaking = !state.listeners.isEmpty
                return (woken, !state.isWaking)
            }
            if isDoubtful { looked = time }
            for listener in woken.values { listener.continuation.resume() }
            if isDone { return }
        }
    }
}
