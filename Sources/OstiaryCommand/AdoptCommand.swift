// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Logging
import OstiaryCore
import OstiaryServer

struct AdoptCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "adopt", abstract: "Work on the tables of a Django service.",
        discussion: """
            --check looks at the database of the service and tells what has to be done before a server may work on its \
            tables. Give the flags, the environment and the file that the server will be started with, as far as they are \
            known: without --user-table it looks for the table. It changes nothing. The exit code is 0 if a server can \
            start, 1 if something has to be repaired first, and 2 if the database cannot be read or has no such table.

            --finish ends the sharing of refresh tokens (--legacy-tokens shared) when Django is not needed any more: the tokens \
            of the servers are deleted from its table and stay valid here, Django's own are still taken, and servers start \
            with --legacy-tokens taken only. Give the flags that the servers have now. Nobody is logged out, but \
            tokens that clients got here are unknown to Django from then on.

            --record replaces the flags about Django that the servers were started with, while all of them are stopped.
            """
    )

    @Flag(name: .long, help: "Look at the database of the service, and change nothing.")
    var check = false

    @Flag(name: .long, help: "Delete the refresh tokens that Django was given, and share none from now on.")
    var finish = false

    @Flag(name: .long, help: "Record the given flags for all servers on the database.")
    var record = false

    @Flag(name: .long, help: "Do not ask before --finish.")
    var yes = false

    @OptionGroup var output: JSONOption
    @OptionGroup(visibility: .hidden) var server: ServerOptions
    @OptionGroup(visibility: .hidden) var options: ConfigurationOptions

    func validate() throws {
        guard [check, finish, record].filter(\.self).count == 1 else {
            throw ValidationError("Say one of --check, --finish and --record.")
        }
        guard !yes || finish else { throw ValidationError("--yes belongs to --finish.") }
        guard !finish || yes || !output.json else {
            throw ValidationError("--json needs --yes, since it asks nothing.")
        }
    }

    func run() async throws {
        if finish { return try await finishSharing() }
        if record { return try await recordFlags() }
        try await inspect()
    }

    private func finishSharing() async throws {
        try await options.withInstallation(server.values) { installation in
            if !yes {
                let answer = try Terminal.ask(
                    "Django will not know refresh tokens that were given here. Go on? [y/N]: ")
                guard answer?.lowercased() == "y" else { throw Failure(text: "Nothing was done.") }
            }
            let deleted = try await installation.finishAdoption { Terminal.progress("\($0) tokens deleted") }
            if deleted > 0 { Terminal.endProgress() }
            if output.json {
                return try Terminal.document { json in
                    json.beginObject()
                    json.member("deleted", Int64(deleted))
                    json.endObject()
                }
            }
            try Terminal.print(
                """
                Deleted \(deleted) refresh tokens from Django's table; they stay valid here.
                Start each server with --legacy-tokens taken. If one has run with shared meanwhile, run this again, with taken.
                """)
        }
    }

    private func recordFlags() async throws {
        try await options.withInstallation(server.values, migrated: false) { installation in
            let flags = try await installation.recordAdoption()
            if output.json {
                return try Terminal.document { json in
                    json.beginObject()
                    json.member("before", flags.before)
                    json.member("now", flags.now)
                    json.endObject()
                }
            }
            try Terminal.print("Before: \(flags.before)\nNow:    \(flags.now)")
        }
    }

    private func inspect() async throws {
        try await reportingFailures {
            var logger = Logger(label: "ostiary") { StreamLogHandler.standardError(label: $0) }
            logger.logLevel = .critical
            let report = try await AdoptionReport.made(of: options.reading(server.values), logger: logger) {
                Terminal.progress("\($0)…")
            }
            Terminal.endProgress()
            if output.json {
                try Terminal.document { $0.adoption(report) }
            } else {
                try Terminal.write(report.text)
            }
            if report.outcome != .ready { throw ExitCode(report.outcome.exitCode) }
        }
    }
}

extension JSONWriter {
    fileprivate mutating func adoption(_ report: AdoptionReport) {
        beginObject()
        member("outcome", report.outcome.rawValue)
        member("engine", report.engineName)
        member("database", report.place)
        member("user_table", optional: report.userTable)
        member("candidates", report.candidates)
        member("users", report.users)
        member("legacy_refresh_table", optional: report.refreshTable)
        member("live_refresh_tokens", report.liveTokens)
        key("findings")
        beginArray()
        for finding in report.findings { self.finding(finding) }
        endArray()
        key("passwords")
        beginArray()
        for password in report.passwords {
            beginObject()
            member("form", password.form)
            member("count", password.count)
            member("is_known", password.isKnown)
            endObject()
        }
        endArray()
        member("password_hasher", optional: report.hasher)
        member("logins_per_second_and_core", optional: report.loginsPerSecond)
        key("references")
        beginArray()
        for reference in report.referenceCounts {
            beginObject()
            member("table", reference.table)
            member("column", reference.column)
            member("count", reference.count)
            endObject()
        }
        endArray()
        member("before", report.before)
        member("serve", report.command)
        member("effects", report.effects)
        member("kept", report.kept)
        member("way_back", report.wayBack)
        endObject()
    }

    private mutating func finding(_ finding: AdoptionFinding) {
        beginObject()
        member("level", finding.level.rawValue)
        member("code", finding.code.rawValue)
        member("text", finding.text)
        member("advice", finding.advice)
        member("count", optional: finding.count)
        member("samples", finding.samples)
        endObject()
    }

    private mutating func member(_ name: String, optional value: Int64?) {
        key(name)
        if let value { integer(value) } else { null() }
    }
}
