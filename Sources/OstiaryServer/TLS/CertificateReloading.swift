import Logging
import ServiceLifecycle
import UnixSignals

/// Reads the certificate again on each SIGHUP.
struct CertificateReloading: Service {
    let certificate: ServerCertificate
    let logger: Logger

    func run() async throws {
        for await _ in await UnixSignalsSequence(trapping: .sighup).cancelOnGracefulShutdown() {
            do throws(StartError) {
                try certificate.reload()
                logger.info("certificate read again")
            } catch {
                logger.error("the old certificate stays", metadata: ["error": "\(error)"])
            }
        }
    }
}
