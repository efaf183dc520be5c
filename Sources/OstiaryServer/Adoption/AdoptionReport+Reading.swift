// SPDX-License-Identifier: Apache-2.0

package import Logging
import OstiaryCore

extension AdoptionReport {
    /// Looks at the database of a Django service. Changes nothing, and makes no file.
    /// - Parameters:
    ///   - reading: the configuration of a server, which may still lack what adoption needs.
    ///   - logger: receives warnings about Redis.
    ///   - progress: called with the question that is asked next, in words.
    /// - Throws: ``ConfigurationError`` if another key is malformed.
    package static func made(
        of reading: ConfigurationReading, logger: Logger, progress: @escaping @Sendable (String) -> Void = { _ in }
    ) async throws -> AdoptionReport {
        var choices = AdoptionChoices(reading.layers)
        var others = AdoptionChoices.keys
        if choices.key == .short { others.insert(.secretKey) }
        let configuration = try ServerConfiguration(reading.leavingOut(others))
        choices.configuration = (try? ServerConfiguration(reading))?.adoption?.text
        var findings: [AdoptionFinding] = []
        if choices.key == .given, reading.layers.value(.secretKey) == nil {
            do throws(StartError) {
                if try Secrets.signingKey(configuration) == nil { choices.key = .missing }
            } catch {
                findings.append(
                    AdoptionFinding(
                        .error, .untrustedFile, error.description, advice: "Give the key by OSTIARY_SECRET_KEY_FILE."))
            }
        }
        var report = try await AdoptionInspection(
            configuration: configuration, choices: choices, logger: logger, progress: progress
        ).report()
        report.findings.insert(contentsOf: findings, at: 0)
        return report
    }
}

extension AdoptionChoices {
    /// The keys that the check reads by itself, since a server refuses some of the values.
    static let keys: Set<ConfigurationKey> = [
        .userTable, .legacyRefreshTable, .legacyTokens, .passwordHasher, .userChanges, .userDefault,
    ]

    init(_ layers: ConfigurationLayers) {
        userTable = layers.value(.userTable)?.text
        refreshTable = layers.value(.legacyRefreshTable)?.text
        hasher = layers.value(.passwordHasher)?.text
        tokens = layers.value(.legacyTokens)?.text
        changes = layers.value(.userChanges)?.text
        let texts = layers.value(.userDefault)?.text.split(separator: ",") ?? []
        defaults = texts.map { String($0.drop { $0 == " " }) }
        if let text = layers.value(.secretKey)?.text, text.utf8.count < SigningKey.minimumBytes { key = .short }
    }
}
