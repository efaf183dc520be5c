// SPDX-License-Identifier: Apache-2.0

import Logging
import OstiaryCore
import OstiaryPostgres
import OstiarySQL
import OstiarySQLite

/// The look at the database of a Django service. It changes nothing, and makes no file.
struct AdoptionInspection {
    let configuration: ServerConfiguration
    let choices: AdoptionChoices
    let logger: Logger
    /// Called with the question that is asked next, in words.
    let progress: @Sendable (String) -> Void

    func report() async throws -> AdoptionReport {
        var report = AdoptionReport(engine: .sqlite, place: "")
        switch configuration.database {
        case .sqlite(let path): report.place = path
        case .postgres(let url): (report.engine, report.place) = (.postgres, "\(url)")
        }
        report.findings += files + key
        do {
            let source = try AdoptionSource(configuration.database)
            try await inspect(source, into: &report)
        } catch let error as SQLError {
            report.findings.append(Self.unreadable(error))
        }
        report.advise(choices, configuration)
        return report
    }

    private static func unreadable(_ error: SQLError) -> AdoptionFinding {
        AdoptionFinding(
            .cannot, .unreadableDatabase, "The database cannot be read: \(error.report).",
            advice: "Give this command the --database-url of Django's database, and a user or role that may read it.")
    }

    /// The faults that are seen without the database.
    private var files: [AdoptionFinding] {
        guard case .sqlite(let path) = configuration.database else { return [] }
        let trust = configuration.untrustedFiles.map {
            AdoptionFinding(.error, .untrustedFile, $0.text, advice: $0.advice)
        }
        return AdoptionFiles(path: path).findings + trust
    }

    private var key: [AdoptionFinding] {
        switch choices.key {
        case .given: []
        case .short:
            [
                AdoptionFinding(
                    .error, .shortKey, "The signing key is shorter than \(SigningKey.minimumBytes) bytes.",
                    advice: """
                        Set a longer SECRET_KEY in Django first, and the old one in SECRET_KEY_FALLBACKS. Its access tokens \
                        of the old key are refused then, and clients refresh them.
                        """)
            ]
        case .missing:
            [
                AdoptionFinding(
                    .error, .noKey, "No signing key is given, so neither side would accept the other's access tokens.",
                    advice: "Give Django's SECRET_KEY as OSTIARY_SECRET_KEY, or its file as OSTIARY_SECRET_KEY_FILE.")
            ]
        }
    }

    private func inspect(_ source: AdoptionSource, into report: inout AdoptionReport) async throws {
        progress("looking for the tables")
        let tables = try await source.ask { try $0.tables() }
        if tables.contains(where: { $0.name.text == "ostiary_user" && $0.isVisible }) {
            report.findings.append(
                AdoptionFinding(
                    .error, .ownAccounts, "The database has accounts of a server of its own, in ostiary_user.",
                    advice: """
                        Take those over into Django's table first, or use a database that no server has used without \
                        --user-table.
                        """))
        }
        if let recorded = try await source.ask({ try $0.recordedConfiguration() }),
            let given = choices.configuration, !recorded.hasSameBytes(as: given)
        {
            report.findings.append(
                AdoptionFinding(
                    .error, .otherFlags, "The servers on this database were started with other flags: \(recorded)",
                    advice:
                        "Give the same flags. To change them for all servers, stop those and run: ostiary adopt --record"
                ))
        }
        guard let users = self.users(among: tables, into: &report) else { return }
        report.userTable = users.name.text
        let shape = AdoptionShape(dialect: source.dialect, choices: choices)
        let faults = shape.faults(ofUsers: users)
        report.findings += faults
        report.undefinedColumns = shape.undefined(in: users).map(\.name)
        let tokens = self.tokens(among: tables, in: users.name.schema, into: &report)
        let references = try await source.ask { try $0.references(to: users.name) }
        if case .postgres(_, let url) = source {
            try await inspectPostgres(source, url, users, tokens, references, into: &report)
        } else if case .sqlite(let observer, let path) = source, !observer.isWAL {
            report.findings.append(
                AdoptionFinding(
                    .warning, .rollbackMode,
                    "\(path) is in rollback mode: the first start of the server switches it to WAL, for Django too.",
                    advice: "That needs a moment in which nobody writes. From then on a backup is never made by cp."))
        }
        try await inspectSettings(source, tables, into: &report)
        // A question about a column that is not there would fail as a whole.
        let isComplete = !faults.contains { [.missingColumn, .wrongType, .noIntegerKey].contains($0.code) }
        let mayRead = !report.findings.contains { [.missingRights, .rowSecurity].contains($0.code) }
        guard isComplete, mayRead else { return }
        try await inspectRows(source, users, tokens, references, into: &report)
    }

    /// The table of the accounts; nil if it is not known.
    private func users(among tables: [AdoptionTable], into report: inout AdoptionReport) -> AdoptionTable? {
        let candidates = tables.filter {
            $0.looksLikeUsers && !$0.name.text.hasBytePrefix("ostiary_") && QuotedName($0.name.text) != nil
        }
        report.candidates = candidates.map(\.name.text)
        guard let wanted = choices.userTable else {
            guard candidates.count != 1 else { return candidates.first }
            let names = report.candidates.joined(separator: ", ")
            report.findings.append(
                candidates.isEmpty
                    ? AdoptionFinding(
                        .cannot, .noUserTable, "No table has the columns of Django's user model.",
                        advice: "Check --database-url: it has to be that of the Django service.")
                    : AdoptionFinding(
                        .error, .severalUserTables, "Several tables have the columns of Django's user model: \(names).",
                        advice: "Name the one of AUTH_USER_MODEL: --user-table NAME"))
            return nil
        }
        if let table = Self.table(wanted, in: nil, among: tables) { return table }
        let near = nearestName(to: wanted, among: tables.map(\.name.text)).map { " Did you mean \($0)?" } ?? ""
        let found = candidates.isEmpty ? "" : " These look like one: \(report.candidates.joined(separator: ", "))."
        report.findings.append(
            AdoptionFinding(
                .cannot, .noUserTable, "There is no table \(wanted.printable).\(near)",
                advice: "Correct --user-table.\(found)"))
        return nil
    }

    /// The table of refresh tokens; nil if there is none, or none that can be used.
    private func tokens(
        among tables: [AdoptionTable], in schema: String?, into report: inout AdoptionReport
    ) -> AdoptionTable? {
        guard let wanted = choices.refreshTable else {
            // The table of simplejwt's tokens has these columns, too, and others.
            let shape = AdoptionShape(dialect: report.engine, choices: choices)
            let found = tables.filter {
                $0.has(AdoptionTable.tokenColumns) && $0.name.schema == schema && shape.faults(ofTokens: $0).isEmpty
            }
            guard found.count == 1, let table = found.first else { return nil }
            report.refreshTable = table.name.text
            return table
        }
        guard let table = Self.table(wanted, in: schema, among: tables) else {
            report.findings.append(
                AdoptionFinding(
                    .error, .noRefreshTable, "There is no table \(wanted.printable).",
                    advice: "Correct --legacy-refresh-table, or leave it out: then everybody has to log in again."))
            return nil
        }
        report.refreshTable = table.name.text
        let faults = AdoptionShape(dialect: report.engine, choices: choices).faults(ofTokens: table)
        report.findings += faults
        return faults.isEmpty ? table : nil
    }

    private static func table(_ name: String, in schema: String?, among tables: [AdoptionTable]) -> AdoptionTable? {
        let found = tables.filter { $0.name.text.hasSameBytes(as: name) }
        return found.first { schema != nil && $0.name.schema == schema } ?? found.first(where: \.isVisible)
            ?? found.first
    }
}
