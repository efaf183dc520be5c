// SPDX-License-Identifier: Apache-2.0

import Logging
import OstiaryCore
import ServiceLifecycle

/// Reads the keys again after each change notice, and replaces the key ring in force.
struct KeyFollowing: Service {
    let ring: RingKeeper
    let store: any FingerprintStore
    let memory: IdentityCache
    let configuration: ServerConfiguration
    let notices: ReloadNotices
    let now: WallClock
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var isForeign = false
            var closed: [String] = []
            for await _ in notices.stream {
                // A shared secret that cannot be read must not keep a revoked key in force.
                let foreign = await share()
                if let found = await load() {
                    if !found.isEmpty, found != closed { warn(ofClosed: found) }
                    closed = found
                }
                guard let foreign else { continue }
                if foreign, !isForeign { warn() }
                isForeign = foreign
            }
        }
    }

    /// Takes another shared secret, if the servers have one.
    /// - Returns: true if the database records a key that this server does not have; nil if that is not known. If the
    ///   new key cannot be read, the old one stays in force.
    private func share() async -> Bool? {
        do {
            var recorded = try await store.fingerprint(of: .signingKey)
            if let next = try Secrets.signingKey(configuration), next.fingerprint != ring.sharedFingerprint {
                if recorded == nil {
                    recorded = try await store.claim(next.fingerprint, of: .signingKey, at: now())
                }
                if recorded == next.fingerprint {
                    ring.share(next)
                    logger.notice("the signing key was replaced", metadata: ["key": "\(next.fingerprint)"])
                }
            }
            guard let recorded else { return false }
            return recorded != ring.sharedFingerprint
        } catch is StoreUnavailable {
            return nil
        } catch {
            logger.error("the signing key cannot be read; the old one stays", metadata: ["error": "\(error)"])
            return nil
        }
    }

    /// Replaces the key ring.
    /// - Returns: the keys that cannot be opened; nil if that is not known.
    private func load() async -> [String]? {
        do {
            let (isChanged, closed) = try await ring.load()
            if isChanged { memory.forgetTokens(but: ring.keys.ring) }
            return closed
        } catch is StoreUnavailable {
            return nil
        } catch {
            logger.error("the key ring cannot be replaced; the old one stays", metadata: ["error": "\(error)"])
            return nil
        }
    }

    private func warn(ofClosed keys: [String]) {
        logger.error(
            "keys of the database cannot be opened, since they were sealed under another root secret: they do not sign",
            metadata: ["keys": "\(keys.joined(separator: ", "))"])
    }

    private func warn() {
        logger.error(
            """
            the other servers use another signing key and refuse this server's tokens: give it their key, or end it; \
            it is not ready until then
            """,
            metadata: ["key": "\(ring.sharedFingerprint)"])
    }
}
