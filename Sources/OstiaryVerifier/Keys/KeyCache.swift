// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// The public keys of the issuer: fetched when they are needed, kept while the issuer is away.
final class KeyCache: Sendable {
    private struct State {
        /// Nil before the first fetch that succeeded.
        var set: KeySet?
        var etag: String?
        /// The uptime after which the set is fetched anew.
        var staleAt = Duration.zero
        /// The uptime before which nothing is fetched.
        var nextFetch = Duration.zero
        /// The only fetch under way.
        var flight: Task<Void, Never>?
        var hasFailed = false
        /// The uptime of the end of the last fetch, and the time of day of the last that succeeded.
        var endedAt = Duration.zero - KeyCache.pause
        var fetchedAt = 0.0
    }

    private let address: String
    private let options: TokenVerifier.Options
    private let transport: any VerifierTransport
    private let state = Mutex(State())

    /// Forged key ids cost the issuer one fetch in this time.
    static let pause = Duration.seconds(10)
    /// The same for the key of a page of the feed, which nobody else can send.
    static let feedPause = Duration.seconds(1)
    /// The seconds that the issuer's clock may go ahead.
    private static let skew = 60.0
    /// The pause after a failure as long as there are no keys at all.
    static let firstPause = Duration.seconds(1)
    /// Bounds of `max-age`, and its value where the answer has none.
    static let (shortest, longest, usual) = (Duration.seconds(30), Duration.seconds(86_400), Duration.seconds(300))

    init(address: String, options: TokenVerifier.Options, transport: any VerifierTransport) {
        self.address = address
        self.options = options
        self.transport = transport
    }

    /// The `ETag` of the set; nil without one.
    var etag: String? { state.withLock { $0.etag } }

    /// True if a key that is not found does not exist. The issuer publishes a key before it signs, so only a token that is younger
    /// than the last fetch may be of a new one.
    /// - Parameters:
    ///   - start: the uptime at which the key was asked for.
    ///   - issuedAt: the `iat` that the token claims.
    func isCertain(since start: Duration, issuedAt: Double) -> Bool {
        state.withLock { state in
            guard state.set != nil, !state.hasFailed else { return false }
            return state.endedAt >= start || issuedAt < state.fetchedAt - Self.skew
        }
    }

    /// A key that is known. A set that is stale is fetched anew beside, and used until then.
    func known(_ id: String) -> VerificationKey? {
        state.withLock { state in
            guard let key = state.set?[id] else { return nil }
            let now = options.clock.uptime()
            if now >= state.staleAt { _ = flight(&state, at: now) }
            return key
        }
    }

    /// A key that is known, or is so after one fetch.
    /// - Parameter pause: the time after a fetch in which none is begun.
    func key(_ id: String, pause: Duration = KeyCache.pause) async -> VerificationKey? {
        if let key = known(id) { return key }
        await state.withLock { flight(&$0, at: options.clock.uptime(), pause: pause) }?.value
        return known(id)
    }

    /// Begins to fetch the set if it is stale.
    func refresh() {
        state.withLock { state in
            let now = options.clock.uptime()
            if now >= state.staleAt { _ = flight(&state, at: now) }
        }
    }

    /// - Returns: the fetch under way, or a new one; nil within the pause.
    private func flight(
        _ state: inout State, at now: Duration, pause: Duration = KeyCache.pause
    ) -> Task<Void, Never>? {
        if let flight = state.flight { return flight }
        guard now >= min(state.nextFetch, state.endedAt + pause) else { return nil }
        let flight = Task { [self] in await fetch() }
        state.flight = flight
        return flight
    }

    private func fetch() async {
        let failure = await attempt()
        let now = options.clock.uptime()
        state.withLock { state in
            state.flight = nil
            state.hasFailed = failure != nil
            state.endedAt = now
            if failure == nil { state.fetchedAt = options.clock.now() }
            state.nextFetch = now + (failure != nil && state.set == nil ? Self.firstPause : Self.pause)
        }
        if let failure { options.report(.keysNotFetched(reason: failure)) }
    }

    /// - Returns: the reason of a failure; nil if the set is there.
    private func attempt() async -> String? {
        var headers = [(name: "Accept", value: "application/jwk-set+json, application/json")]
        if let etag { headers.append(("If-None-Match", etag)) }
        let answer: VerifierAnswer
        do {
            answer = try await transport.get(
                VerifierRequest(
                    url: address, headers: headers, timeout: options.timeout, maximumAnswer: KeySet.maximumSize))
        } catch {
            return "no answer: \(error)"
        }
        let staleAt = options.clock.uptime() + Self.lifetime(answer["cache-control"])
        if answer.status == 304, etag != nil {
            state.withLock { $0.staleAt = staleAt }
            return nil
        }
        guard answer.status == 200 else { return "status \(answer.status)" }
        guard let set = KeySet(answer.body, algorithms: options.algorithms) else {
            return "the answer is no set of keys"
        }
        let tag = answer["etag"].flatMap { $0.isVisibleASCII && $0.utf8.count <= 256 ? $0 : nil }
        state.withLock { state in
            (state.set, state.etag, state.staleAt) = (set, tag, staleAt)
        }
        return nil
    }

    /// The time for which a set is taken for new.
    /// - Parameter cacheControl: the field of the answer (RFC 9111 §5.2.2.1).
    private static func lifetime(_ cacheControl: String?) -> Duration {
        let directives = (cacheControl ?? "").lowercased().split(separator: ",").map {
            $0.split(separator: " ").joined()
        }
        let age = directives.first { $0.hasPrefix("max-age=") }.flatMap { Int($0.dropFirst("max-age=".count)) }
        return age.map { min(longest, max(shortest, .seconds(min($0, 1 << 32)))) } ?? usual
    }
}
