// SPDX-License-Identifier: Apache-2.0

import Logging
import ServiceLifecycle
import UnixSignals

/// Reads the certificate again on a signal.
struct CertificateReloading: Service {
    let certificate: ServerCertificate
    let signal: UnixSignal
    let logger: Logger

    func run() async throws {
        let signals = await UnixSignalsSequence(trapping: signal)
        // One that came before was not heard.
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
