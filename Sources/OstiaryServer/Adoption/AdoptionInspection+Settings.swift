// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import OstiaryRedis
import OstiarySQL

extension AdoptionInspection {
    /// Reads the settings that Django keeps where a server would read them.
    func inspectSettings(
        _ source: AdoptionSource, _ tables: [AdoptionTable], into report: inout AdoptionReport
    ) async throws {
        progress("reading settings")
        let table = tables.first { $0.name.text == "constance_constance" && $0.isVisible }
        switch configuration.settingsStore {
        case .database:
            guard let table, try await source.ask({ try !$0.constanceValues(in: table.name).isEmpty }) else { return }
            report.findings.append(
                AdoptionFinding(
                    .warning, .settingsElsewhere,
                    "Django keeps settings in constance_constance, which the server would not read.",
                    advice:
                        "Give it --settings-store constance-table, or --redis-url if constance has its values on Redis."
                ))
        case .constanceTable:
            guard let table else {
                report.findings.append(
                    Self.unreadable("there is no table constance_constance", advice: "Run manage.py migrate in Django.")
                )
                return
            }
            report.findings += Self.faults(in: try await source.ask { try $0.constanceValues(in: table.name) })
        case .redis(let endpoint, let prefix):
            let redis = try RedisSettings(
                endpoint: endpoint, prefix: prefix, known: Settings.all, journal: NoJournal(), notices: ReloadNotices(),
                logger: logger)
            let connection = Task { try await redis.run() }
            defer { connection.cancel() }
            guard try await redis.waitForConnection(atMost: .seconds(2)) else {
                report.findings.append(Self.unreadable("Redis cannot be reached (\(redis.note))"))
                return
            }
            do {
                report.findings += Self.faults(in: try await redis.store.all())
            } catch let error as StoreUnavailable {
                report.findings.append(Self.unreadable(String(reflecting: error)))
            }
        }
    }

    private static func unreadable(
        _ reason: String, advice: String = "Check --redis-url: without an answer a server starts with its defaults."
    ) -> AdoptionFinding {
        AdoptionFinding(.warning, .unreadableSettings, "The settings cannot be read: \(reason).", advice: advice)
    }

    private static func faults(in values: [String: StoredSetting]) -> [AdoptionFinding] {
        Settings.all.compactMap { setting in
            guard let stored = values[setting.name] else { return nil }
            do {
                _ = try setting.value(stored)
                return nil
            } catch {
                return AdoptionFinding(
                    .warning, .settingOutOfRange, "The stored value of \(setting.name) is not valid here: \(error).",
                    advice:
                        "The server ignores it and takes \(setting.defaultText). Set one that is valid on both sides.")
            }
        }
    }
}

/// A journal for settings that are only read.
private struct NoJournal: SettingsJournal {
    func append(_ entry: AuditEntry, at position: Int64?, in context: RequestContext) async throws -> Bool { false }

    func newest(of names: [String]) async throws -> [String: AuditEntry] { [:] }

    func observe(
        _ name: String, text: String?, before: String?, at position: Int64, in context: RequestContext
    ) async throws -> Bool { false }

    func lastKnown() async throws -> [String: String] { [:] }

    func keep(_ values: [String: String]) async throws {}
}
