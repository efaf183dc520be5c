// SPDX-License-Identifier: Apache-2.0

import Logging
import OstiaryCore
import ServiceLifecycle
import Synchronization

/// Lets keys sign, retire and go when their time has come, and replaces old ones by itself where that is wanted. Each
/// server does it; the store lets one of them act.
struct KeyTurning: Service {
    let store: any KeyStore
    let settings: DynamicSettings
    let root: RootSecret
    let now: WallClock
    let logger: Logger
    /// Makes the ring be read again after each look, in case a notice was lost.
    let notices: ReloadNotices
    let interval: Duration
    /// The verifiers that were told to be waited for, so that the log tells each state once.
    private let told = Told()

    private final class Told: Sendable {
        let waiting = Mutex<[String: [String]]>([:])
    }

    init(
        store: any KeyStore, settings: DynamicSettings, root: RootSecret, now: @escaping WallClock, logger: Logger,
        notices: ReloadNotices, interval: Duration = .seconds(15)
    ) {
        self.store = store
        self.settings = settings
        self.root = root
        self.now = now
        self.logger = logger
        self.notices = notices
        self.interval = interval
    }

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            while true {
                try await Task.sleep(for: interval)
                do { try await turn() } catch let error as CancellationError {
                    throw error
                } catch {
                    logger.info("keys were not looked at", metadata: ["error": "\(String(reflecting: error))"])
                }
                notices.post()
            }
        }
    }

    func turn() async throws {
        let context = RequestContext(actor: .system, now: now())
        let snapshot = settings.snapshot
        try await rotate(snapshot, in: context)
        for turn in try await store.turn(KeyRule.Circumstances(snapshot, now: context.now), in: context) {
            tell(turn, snapshot)
        }
    }

    /// Publishes a key if the one that signs tokens is old. Those of other algorithms stay: `auto` would change to a new one.
    private func rotate(_ snapshot: SettingsSnapshot, in context: RequestContext) async throws {
        let days = snapshot[.keyRotationDays]
        guard days > 0 else { return }
        let keys = try await store.keys(in: context)
        let signing = keys.signing
        let wanted = snapshot[.tokenAlgorithm].name
        let due = context.now.adding(seconds: -days * 86_400)
        guard let key = signing.first(where: { $0.jwk.algorithm.rawValue == wanted }) ?? signing.first,
            key.signsSince <= due
        else { return }
        let algorithm = key.jwk.algorithm
        guard !keys.contains(where: { $0.state == .published && $0.jwk.algorithm == algorithm }),
            let new = await Self.made(algorithm, under: root, at: context.now)
        else { return }
        if try await store.publish(new, unlessAfter: due, in: context) {
            logger.notice(
                "a new key was published", metadata: ["key": "\(new.id)", "algorithm": "\(algorithm.rawValue)"])
        }
    }

    /// Makes a key on a thread of its own: a key of RSA takes a second.
    /// - Returns: nil if the operating system refuses the thread; the next look tries again.
    private static func made(_ algorithm: KeyAlgorithm, under root: RootSecret, at now: Timestamp) async -> StoredKey? {
        await withCheckedContinuation { continuation in
            let isStarted = DedicatedThread.detach(niceness: 10) {
                continuation.resume(returning: StoredKey(publishing: algorithm, under: root, at: now))
            }
            if !isStarted { continuation.resume(returning: nil) }
        }
    }

    private func tell(_ turn: KeyTurn, _ snapshot: SettingsSnapshot) {
        switch turn.step {
        case .stay: break
        case .wait(let names):
            guard told.waiting.withLock({ $0.updateValue(names, forKey: turn.id) }) != names else { return }
            logger.warning(
                "a new key waits for verifiers that lack it",
                metadata: ["key": "\(turn.id)", "verifiers": "\(names.prefix(20).joined(separator: ", "))"])
        case .sign(let lacking):
            _ = told.waiting.withLock { $0.removeValue(forKey: turn.id) }
            logger.notice("a new key signs", metadata: ["key": "\(turn.id)"])
            guard !lacking.isEmpty else { return }
            logger.warning(
                "a new key signs although verifiers lack it: they refuse its tokens",
                metadata: ["key": "\(turn.id)", "verifiers": "\(lacking.prefix(20).joined(separator: ", "))"])
        case .remove: logger.notice("a retired key was removed", metadata: ["key": "\(turn.id)"])
        }
    }
}

extension KeyRule.Circumstances {
    init(_ snapshot: SettingsSnapshot, now: Timestamp) {
        self.init(
            maximumAge: snapshot[.jwksMaximumAge], publishHours: snapshot[.keyPublishHours],
            accessLifetime: snapshot[.accessTokenLifetime], now: now)
    }
}

extension StoredKey {
    /// A new key, as it is published.
    init(publishing algorithm: KeyAlgorithm, under root: RootSecret, at now: Timestamp) {
        var key = PrivateKey(generating: algorithm)
        // Commands take the name of a key as an argument, which must not look like an option.
        while key.publicKey.fingerprint.utf8.first == UInt8(ascii: "-") { key = PrivateKey(generating: algorithm) }
        self.init(
            jwk: key.publicKey.jwk, state: .published, sealed: SealedKey(key, under: root), publishedAt: now)
    }
}
