// SPDX-License-Identifier: Apache-2.0

package import Logging
import OstiaryCore

/// The search for faults of an installation. It changes nothing.
package struct Checks {
    private let configuration: ServerConfiguration

    /// - Throws: ``ConfigurationError``.
    package init(_ reading: ConfigurationReading) throws(ConfigurationError) {
        self.configuration = try ServerConfiguration(reading)
    }

    /// - Parameters:
    ///   - isDeployment: true to look also for faults that make an installation unfit for the open network.
    ///   - features: features of the application, in addition to the product's own.
    /// - Returns: the faults. A database that others may change is not opened.
    /// - Throws: ``StartError`` if the database cannot be used, ``StoreUnavailable``.
    package func findings(isDeployment: Bool, features: [Feature], logger: Logger) async throws -> [Finding] {
        let findings = configuration.findings(isDeployment: isDeployment)
        guard !findings.contains(where: { $0.level == .error }) else { return findings }
        let installation = try Installation(configuration, features: features, creates: false, logger: logger)
        defer { installation.close() }
        return findings + (try await installation.findings(isDeployment: isDeployment))
    }
}

extension ServerConfiguration {
    /// The faults that are seen without the database.
    fileprivate func findings(isDeployment: Bool) -> [Finding] {
        let faults = untrustedFiles + values
        guard isDeployment else { return faults }
        return faults + openFiles + weakSecrets + network + mailFaults + certificateFaults + scarceResources
    }

    private var values: [Finding] {
        var findings = warnings.map {
            Finding(.warning, "unknown_variable", "\($0).", advice: "Correct or delete it.")
        }
        if throttling == .off {
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
            let secrets = try configuration.secretFaults(await storage.recordedSecrets())
            guard isDeployment else { return rights + secrets }
            return rights + secrets + (try await keyFaults(await readSettings()))
        }
        return rights + [
            Finding(
                .error, "pending_migrations", "The database lacks migrations: \(pending.joined(separator: ", ")).",
                advice: "Run: ostiary migrate")
        ]
    }

    /// The faults of a deployment that a running server can look for at little cost: migrations are not among them,
    /// since no server starts without.
    ///
    /// If the database does not answer, its faults are missing here, and the readiness check tells that.
    func findingsWhileServing() async -> [Finding] {
        let rights = try? await storage.findings(isDeployment: true)
        let keys = try? await keyFaults(settings.snapshot)
        return configuration.findings(isDeployment: true) + (rights ?? []) + (await secretFaultsWhileServing())
            + (keys ?? [])
    }

    private func secretFaultsWhileServing() async -> [Finding] {
        do {
            let recorded = RecordedSecrets(
                signing: try await storage.keys.fingerprint(of: .signingKey),
                root: try await storage.keys.fingerprint(of: .root))
            return try configuration.secretFaults(recorded)
        } catch let error as StartError {
            return [Finding(.error, "lost_key", error.description, advice: "Put the file back from your backup.")]
        } catch {
            return []
        }
    }
}
