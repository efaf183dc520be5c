// SPDX-License-Identifier: Apache-2.0

import Logging
import ServiceLifecycle
import UnixSignals

/// Reads the certificate again when a signal arrives.
struct CertificateReloading: Service {
    let certificate: ServerCertificate
    let signal: UnixSignal
    let logger: Logger

    func run() async throws {
        let signals = await UnixSignalsSequence(trapping: signal)
        // Reload once now: a signal that arrived before the handler was installed was lost.
        try? certificate.reload()
        for await _ in signals.cancelOnGracefulShutdown() {
            do throws(StartError) {
                try certificate.reload()
                logger.info("certificate read again")
            } catch {
                logger.error("the old certificate stays", metadata: ["error": "\(error)"])
            }
        }
    }
}
