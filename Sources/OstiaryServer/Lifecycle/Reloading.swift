// SPDX-License-Identifier: Apache-2.0

import Glibc
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
    let manager: ServiceManager?
    let logger: Logger

    func run() async throws {
        let signals = await UnixSignalsSequence(trapping: signal)
        // Reload once now: a signal that arrived before the handler was installed was lost.
        try? certificate?.reload()
        for await _ in signals.cancelOnGracefulShutdown() {
            await manager?.tell(logger, "RELOADING=1", "MONOTONIC_USEC=\(Self.monotonicMicroseconds)")
            reload()
            await manager?.tell(logger, "READY=1")
        }
    }

    private func reload() {
        settings.post()
        guard let certificate else {
            return logger.info("settings read again; the rest of the configuration is read at the start")
        }
        do throws(StartError) {
            try certificate.reload()
            logger.info("certificate and settings read again")
        } catch {
            logger.error("the old certificate stays", metadata: ["error": "\(error)"])
        }
    }

    /// The clock by which a manager orders reloads (sd_notify(3)).
    private static var monotonicMicroseconds: Int {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        return now.tv_sec * 1_000_000 + now.tv_nsec / 1_000
    }
}
