// SPDX-License-Identifier: Apache-2.0

package import Logging
import OstiaryCore

/// The search for faults of an installation. It changes nothing.
package struct Checks {
    private let reading: ConfigurationReading
    private let configuration: ServerConfiguration

    /// - Throws: ``ConfigurationError``.
    package init(_ reading: ConfigurationReading) throws(ConfigurationError) {
        self.reading = reading
        self.configuration = try ServerConfiguration(reading)
    }

    /// - Parameters:
    ///   - isDeployment: true to look also for faults that make an installation unfit for the open network.
    ///   - features: features of the application, in addition to the product's own.
    /// - Returns: the faults. A database that others may change is not opened.
    /// - Throws: ``StartError`` if the database cannot be used, ``StoreUnavailable``.
    package func findings(isDeployment: Bool, features: [Feature], logger: Logger) async throws -> [Finding] {
        var findings = configuration.untrustedFiles + values
        if isDeployment {
            findings += reading.openFiles + configuration.openFiles + configuration.weakSecrets + configuration.network
            findings += configuration.certificateFaults + configuration.scarceResources
        }
        guard !findings.contains(where: { $0.level == .error }) else { return findings }
        let installation = try Installation(configuration, features: features, creates: false, logger: logger)
        defer { installation.close() }
        return findings + (try await installation.findings(isDeployment: isDeployment))
    }

    private var values: [Finding] {
        var findings = configuration.warnings.map {
            Finding(.warning, "unknown_variable", "\($0).", advice: "Correct or delete it.")
        }
        if configuration.throttling == .off {
            findings.append(
                Finding(
                    .warning, "throttling_off", "Throttling is off: passwords can be guessed without any limit.",
                    advice: "Turn --throttling (OSTIARY_THROTTLING) on, and adjust the rates: ostiary settings list"))
        }
        return findings
    }
}

extension Installation {
    /// The faults of the database.
    fileprivate func findings(isDeployment: Bool) async throws -> [Finding] {
        let rights = try await storage.findings(isDeployment: isDeployment)
        // Without its rights the role cannot even read which migrations are applied.
        guard !rights.contains(where: { $0.level == .error }) else { return rights }
        let pending = try await pendingMigrations()
        guard !pending.isEmpty else {
            return rights + (try configuration.secretFaults(await storage.recordedSecrets()))
        }
        return rights + [
            Finding(
                .error, "pending_migrations", "The database lacks migrations: \(pending.joined(separator: ", ")).",
                advice: "Run: ostiary migrate")
        ]
    }
}
