// SPDX-License-Identifier: Apache-2.0

import Logging
import ServiceLifecycle
import UnixSignals

/// Reads what can be read again when a signal arrives: the certificate, and the dynamic settings. The signal never ends
/// the server.
struct Reloading: Service {
    /// nil for plain HTTP.
    let certificate: ServerCertificate?
    let settings: ReloadNotices
    let signal: UnixSignal
    let logger: Logger

    func run() async throws {
        let signals = await UnixSignalsSequence(trapping: signal)
        // Reload once now: a signal that arrived before the handler was installed was lost.
        try? certificate?.reload()
        for await _ in signals.cancelOnGracefulShutdown() {
            settings.post()
            guard let certificate else {
                logger.info("settings read again; the rest of the configuration is read at the start")
                continue
            }
            do throws(StartError) {
                try certificate.reload()
                logger.info("certificate and settings read again")
            } catch {
                logger.error("the old certificate stays", metadata: ["error": "\(error)"])
            }
        }
    }
}
