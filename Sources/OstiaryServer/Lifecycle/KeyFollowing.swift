// SPDX-License-Identifier: Apache-2.0

import Logging
import OstiaryCore
import ServiceLifecycle

/// Reads the signing key again after each change notice, and replaces the key ring in force.
struct KeyFollowing: Service {
    let keys: TokenKeys
    let memory: IdentityCache
    let configuration: ServerConfiguration
    let notices: ReloadNotices
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            for await _ in notices.stream { reload() }
        }
    }

    /// If the new key cannot be read, the old one stays in force.
    private func reload() {
        do {
            guard let signing = try Secrets.signingKey(configuration) else { return }
            let ring = KeyRing(signing: signing)
            guard keys.replace(with: ring) else { return }
            memory.forgetTokens(but: ring)
            logger.notice("the signing key was replaced", metadata: ["key": "\(signing.fingerprint)"])
        } catch {
            logger.error("the signing key cannot be read; the old one stays", metadata: ["error": "\(error)"])
        }
    }
}
