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
            for await _ in notices.stream {
                guard let foreign = await follow() else { continue }
                if foreign, !isForeign { warn() }
                isForeign = foreign
            }
        }
    }

    /// - Returns: true if the database records a key that this server does not have; nil if that is not known. If the
    ///   new key cannot be read, the old one stays in force.
    private func follow() async -> Bool? {
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
            if try await ring.load() { memory.forgetTokens(but: ring.keys.ring) }
            guard let recorded else { return false }
            return recorded != ring.sharedFingerprint
        } catch is StoreUnavailable {
            return nil
        } catch {
            logger.error("the signing key cannot be read; the old one stays", metadata: ["error": "\(error)"])
            return nil
        }
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
