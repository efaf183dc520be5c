// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import OstiaryTestSupport
import Testing

@testable import OstiaryServer

extension EndToEnd {
    /// `ostiary adopt --check` on databases in the shape of a Django service.
    @Suite struct AdoptCheck {
        enum Engine: String, CaseIterable, Sendable { case sqlite, postgres }

        struct Report: Decodable {
            struct Finding: Decodable {
                let level: String
                let code: String
                let text: String
                let advice: String
                let count: Int?
                let samples: [String]
            }

            struct Password: Decodable, Equatable {
                let form: String
                let count: Int
                let isKnown: Bool
            }

            struct Reference: Decodable, Equatable {
                let table: String
                let column: String
                let count: Int
            }

            let outcome: String
            let userTable: String?
            let candidates: [String]
            let users: Int
            let legacyRefreshTable: String?
            let liveRefreshTokens: Int
            let findings: [Finding]
            let passwords: [Password]
            let passwordHasher: String?
            let loginsPerSecondAndCore: Int?
            let references: [Reference]
            let before: [String]
            let serve: [String]

            var errors: Set<String> { Set(findings.filter { $0.level != "warning" }.map(\.code)) }
            var codes: Set<String> { Set(findings.map(\.code)) }
        }

        static let key = ["OSTIARY_SECRET_KEY": "django-insecure-0123456789abcdefghijklmnopqrstuvwxyz"]

        static func site(_ engine: Engine, _ edit: (String) -> String = { $0 }) throws -> any DjangoSite {
            switch engine {
            case .sqlite: try SQLiteSite(edit)
            case .postgres: try PostgresSite(edit)
            }
        }

        static func run(
            _ site: any DjangoSite, _ arguments: [String] = ["--json"], environment: [String: String] = key,
            launcher: [String] = [], within seconds: Double = 60
        ) throws -> CommandResult {
            let command = try launcher + [OstiaryBinary.path(), "adopt", "--check", "--data-dir", "/nonexistent"]
            let place = arguments.contains("--database-url") ? [] : ["--database-url", site.url]
            return try CommandResult(
                command[0], command.dropFirst() + place + arguments, environment: environment, within: seconds)
        }

        static func report(of result: CommandResult) throws -> Report {
            let decoder = JSONDecoder()
            decoder.keyDecodingStrategy = .convertFromSnakeCase
            do { return try decoder.decode(Report.self, from: Data(result.stdout.utf8)) } catch {
                throw Failure("no report: \(error) \(result)")
            }
        }

        /// Runs the check as programs use it, and expects that it changes nothing.
        static func check(
            _ site: any DjangoSite, _ arguments: [String] = [], environment: [String: String] = key,
            launcher: [String] = []
        ) throws -> (report: Report, exit: Exit?) {
            let before = try site.state()
            let result = try run(site, ["--json"] + arguments, environment: environment, launcher: launcher)
            #expect(try site.state() == before, "the check changed something")
            #expect(result.stderr == "", "\(result.stderr)")
            return (try report(of: result), result.exit)
        }

        @Test("a sound database is ready, and stays as it is", arguments: Engine.allCases)
        func sound(_ engine: Engine) throws {
            let site = try Self.site(engine)
            try site.run(DjangoTables.rows)
            let (report, exit) = try Self.check(site)
            #expect(exit == .code(0) && report.outcome == "ready" && report.errors == [], "\(report.findings)")
            let usual: Set = ["references", "clear_tokens"]
            #expect(report.codes == (engine == .sqlite ? usual.union(["rollback_mode"]) : usual), "\(report.codes)")
            #expect(report.userTable == "auth_api_customuser" && report.candidates == ["auth_api_customuser"])
            #expect(report.users == 3 && report.liveRefreshTokens == 1)
            #expect(report.passwords == [.init(form: "pbkdf2_sha256$1000", count: 3, isKnown: true)])
            #expect(report.passwordHasher == "pbkdf2_sha256:1000")
            #expect((report.loginsPerSecondAndCore ?? 0) > 0)
            #expect(
                report.references.sorted { $0.table < $1.table } == [
                    .init(table: "Shop \"Order\"", column: "Buyer", count: 2),
                    .init(table: "auth_api_customuser_groups", column: "customuser_id", count: 0),
                    .init(table: "auth_api_customuser_user_permissions", column: "customuser_id", count: 0),
                    .init(table: "auth_api_refreshtoken", column: "user_id", count: 2),
                ])
            #expect(
                report.serve.dropFirst(4) == [
                    "--user-table", "auth_api_customuser", "--password-hasher", "pbkdf2_sha256:1000",
                    "--legacy-refresh-table", "auth_api_refreshtoken", "--legacy-tokens", "shared",
                ])
            #expect(report.before.contains { $0.contains("transaction_mode") } == (engine == .sqlite))
            #expect(report.before.contains { $0.contains("delete()[0]") })
        }

        @Test("a file in WAL mode keeps its log, whether a program has it open or has crashed")
        func log() throws {
            let site = try SQLiteSite()
            try site.run("PRAGMA journal_mode = WAL;" + DjangoTables.rows)
            #expect(try Self.check(site).report.users == 3)
            let crashed = try SQLiteSite()
            // A copy of the files while a writer has them open is what a crash leaves.
            try site.whileOpen("INSERT INTO auth_group (name) VALUES ('x'); DELETE FROM auth_api_refreshtoken") {
                try crashed.copyFiles(of: site)
                #expect(try Self.check(site).report.liveRefreshTokens == 0)
            }
            #expect(try Self.check(crashed).report.liveRefreshTokens == 0)
        }

        @Test("people read what programs do, and the way back", arguments: Engine.allCases)
        func text(_ engine: Engine) throws {
            let site = try Self.site(engine)
            try site.run(DjangoTables.rows)
            let result = try Self.run(site, [])
            #expect(result.exit == .code(0) && result.stderr == "", "\(result)")
            for part in [
                "Accounts: auth_api_customuser, 3\n", "Refresh tokens: auth_api_refreshtoken, 1 live\n",
                "warning references: Other tables reference accounts: Shop \"Order\".Buyer (2).",
                "  3  pbkdf2_sha256$1000\n", "--password-hasher pbkdf2_sha256:1000\n", "logins per second",
                "First, in Django:\n", "Then start:\n  ostiary serve --database-url ", "This will happen:\n",
                "This will not:\n", "The way back:\n", "\nReady.\n",
            ] { #expect(result.stdout.contains(part), "\(part) is missing in\n\(result.stdout)") }
        }

        @Test("a report fits the schema of its page, whatever was found", arguments: Engine.allCases)
        func schema(_ engine: Engine) throws {
            let directory = try TemporaryDirectory()
            let site = try Self.site(engine)
            try site.run(DjangoTables.rows)
            for arguments in [[], ["--user-table", "nothing"], ["--user-default", "nothing=1"]] {
                let printed = try Self.run(site, ["--json"] + arguments).stdout
                let file = directory.file("report.json")
                try Data(printed.utf8).write(to: URL(filePath: file))
                let judged = try SchemaTool.validate(
                    file, against: "\(Page.root)/docs/operating/adopt-check.schema.json")
                #expect(judged.exit == .code(0), "\(judged.stderr.suffix(2_000)) \(printed)")
            }
        }

        @Test("every code is on the operators' page, and is planted by a test")
        func codes() throws {
            let rows = try Page("docs/operating/adopt-check.md").text
            let told = rows.matches(of: /\n\| `([a-z_]+)` \| (error|warning|cannot) \|/).map { String($0.output.1) }
            #expect(told.sorted() == Self.allCodes.sorted())
            let planted = Set(Fault.all.map(\.code)).union(["remote_disk", "other_flags"])
            #expect(planted == Set(Self.allCodes))
        }
    }
}

extension EndToEnd.AdoptCheck {
    @Test("each fault is named, with nothing else, and nothing is changed", arguments: Fault.all)
    func fault(_ fault: Fault) throws {
        let site = try Self.site(fault.engine, fault.edit)
        try site.run(fault.rows + fault.sql)
        guard try fault.plant(site) else { return }
        let (report, exit) = try Self.check(
            site, fault.arguments, environment: fault.environment, launcher: fault.launcher)
        let found = report.findings.filter { $0.code == fault.code }
        let finding = try #require(found.first, "\(report.findings)")
        #expect(found.count == 1 && finding.level == fault.level, "\(report.findings)")
        #expect("\(finding.text) \(finding.advice)".contains(fault.says), "\(finding)")
        #expect(finding.count == fault.count || fault.count == nil, "\(finding)")
        #expect(Set(fault.samples).isSubset(of: finding.samples), "\(finding)")
        #expect(finding.samples.count <= 10)
        let expected = fault.level == "warning" ? [] : fault.companions.union([fault.code])
        #expect(report.errors == expected, "\(report.findings)")
        #expect(exit == .code(fault.level == "warning" ? 0 : fault.level == "cannot" ? 2 : 1))
        #expect(report.outcome == (fault.level == "warning" ? "ready" : fault.level == "cannot" ? "cannot" : "to_fix"))
    }

    @Test("a standby is named")
    func standby() throws {
        let primary = try PostgresServer()
        let standby = try PostgresServer(standbyOf: primary)
        let result = try Self.run(
            SQLiteSite(), ["--json", "--database-url", standby.url("postgres")])
        let report = try Self.report(of: result)
        #expect(result.exit == .code(2) && report.errors == ["unreadable_database"])
        #expect(report.findings.contains { $0.text.contains("no host of the URL takes writes; name the primary") })
    }

    @Test("the remedy of a sequence makes it ready")
    func remedy() throws {
        let site = try PostgresSite()
        try site.run(DjangoTables.rows + "UPDATE auth_api_customuser SET id = 5000 WHERE id = 3")
        let advice = try #require(Self.check(site).report.findings.first { $0.code == "sequence_behind" }?.advice)
        try site.run(String(advice.drop { $0 != ":" }.dropFirst()))
        let (report, exit) = try Self.check(site)
        #expect(exit == .code(0) && report.errors == [], "\(report.findings)")
    }

    @Test("the newest accounts tell the hasher that Django has now", arguments: Engine.allCases)
    func hasher(_ engine: Engine) throws {
        let site = try Self.site(engine)
        let old = (0..<120).map { DjangoTables.values("old\($0)@example.com", password: DjangoTables.hash(870_000)) }
        let new = (0..<60).map { DjangoTables.values("new\($0)@example.com", password: DjangoTables.hash(1_000)) }
        try site.run("\(DjangoTables.insertion)\((old + new).joined(separator: ", "))")
        let report = try Self.check(site).report
        #expect(report.passwordHasher == "pbkdf2_sha256:1000")
        #expect(report.passwords.first == .init(form: "pbkdf2_sha256$870000", count: 120, isKnown: true))
    }

    @Test("a file of a network's file system is refused, a local one is not")
    func remoteDisk() throws {
        let site = try SQLiteSite()
        let nfs = AdoptionFiles(path: site.path) { _ in 0x6969 }.findings
        #expect(nfs.map(\.code) == [.remoteDisk] && nfs.first?.text.contains("NFS") == true)
        #expect(AdoptionFiles(path: site.path) { _ in 0xEF53 }.findings == [])
        #expect(AdoptionFiles(path: site.path).findings == [])
    }
}
