// SPDX-License-Identifier: Apache-2.0

import Logging
import OstiaryCore
import ServiceLifecycle

/// Reads the signing key again when a change notice says so, and replaces the key ring in force.
struct KeyFollowing: Service {
    let keys: TokenKeys
    let memory: IdentityMemory
    let configuration: ServerConfiguration
    let notices: ReloadNotices
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            for await _ in notices.stream { reload() }
        }
    }

    /// A key that cannot be read leaves the one in force.
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
