// SPDX-License-Identifier: Apache-2.0

import Glibc
import Logging
import OstiaryCore
import OstiaryHTTP
import OstiarySQL
import OstiaryTestSupport
import Synchronization
import Testing

@testable import OstiaryServer

/// The watch over Django's tables, without its clock: each look is a call.
@Suite("Watch over Django's tables", .serialized, .onItsOwnThread)
struct AdoptedWatchTests {
    /// The lines of a log, without their time.
    private struct Lines: LogHandler {
        let lines: Collected
        var logLevel = Logger.Level.info
        var metadata: Logger.Metadata = [:]

        final class Collected: Sendable {
            private let all = Mutex<[String]>([])
            func add(_ line: String) { all.withLock { $0.append(line) } }
            func take() -> [String] {
                all.withLock { all in
                    defer { all = [] }
                    return all
                }
            }
        }

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            guard event.level >= .notice else { return }
            let fields = (event.metadata ?? [:]).map { " \($0.key)=\($0.value)" }.sorted().joined()
            lines.add("\(event.level) \(event.message)\(fields)")
        }
    }

    /// A server in this process, without a listener.
    private final class Running: Sendable {
        let service: AdoptedService
        let backend: Backend
        let watch: AdoptionWatch
        let lines = Lines.Collected()
        var storage: Storage { backend.installation.storage }

        init(_ engine: DjangoSchema.Engine, changes: String) async throws {
            service = try AdoptedService(engine)
            var flags: [ConfigurationKey: String] = [
                .dataDir: service.directory.file("data"), .throttling: "off",
                .secretKey: "a-key-of-a-test-with-more-than-32-bytes", .logLevel: "critical",
            ]
            let list = try service.flags(changes: changes)
            for (name, value) in zip(list, list.dropFirst()) where name.hasPrefix("--") {
                let key = try #require(ConfigurationKey.all.first { "--\($0.name)" == name })
                flags[key] = value
            }
            let configuration = try ServerConfiguration(flags: flags, environment: [:])
            let lines = self.lines
            let logger = Logger(label: "ostiary") { _ in Lines(lines: lines) }
            backend = try await Backend(
                Installation(configuration, creates: true, logger: logger), logger: logger)
            watch = AdoptionWatch(storage: backend.installation.storage, logger: logger)
            _ = lines.take()
        }

        var changes: String {
            get async { await backend.readiness().notes.first { $0.part == "changes" }?.note ?? "" }
        }

        func wait(_ condition: () async throws -> Bool) async throws {
            let end = ContinuousClock.now + .seconds(30)
            while ContinuousClock.now < end {
                if try await condition() { return }
                try await Task.sleep(for: .milliseconds(20))
            }
            Issue.record("the condition never came true; changes: \(await changes), \(lines.take())")
        }

        func close() { backend.close() }
    }

    private func running(
        _ engine: DjangoSchema.Engine, changes: String = "ask", _ body: (Running) async throws -> Void
    ) async throws {
        let running = try await Running(engine, changes: changes)
        do { try await body(running) } catch {
            running.close()
            throw error
        }
        running.close()
    }

    private static let missing =
        "error the tables of Django lack what this server needs; requests that need it get 503 until it is back"

    @Test("a lost index is built by the next look, which tells it once", arguments: DjangoSchema.Engine.allCases)
    func indexes(engine: DjangoSchema.Engine) async throws {
        try await running(engine) { running in
            await running.watch.look()
            #expect(running.lines.take() == [])
            try running.service.script("DROP INDEX ostiary_user_email; DROP INDEX ostiary_user_staff")
            await running.watch.look()
            #expect(
                running.lines.take() == [
                    "notice indexes on the table of accounts were built anew indexes=ostiary_user_email, ostiary_user_staff"
                ])
            await running.watch.look()
            #expect(running.lines.take() == [])
            #expect(try await running.storage.adoptions.condition() == AdoptedCondition())
        }
    }

    @Test(
        "a table or column that is gone is one line, and one when it is back", arguments: DjangoSchema.Engine.allCases)
    func missing(engine: DjangoSchema.Engine) async throws {
        try await running(engine) { running in
            try running.service.add("first@example.com")
            let email = try #require(EmailAddress("first@example.com"))
            for (there, back, name) in [
                (
                    "ALTER TABLE auth_api_customuser RENAME COLUMN email TO mail",
                    "ALTER TABLE auth_api_customuser RENAME COLUMN mail TO email", "auth_api_customuser.email"
                ),
                (
                    "ALTER TABLE auth_api_customuser RENAME TO people",
                    "ALTER TABLE people RENAME TO auth_api_customuser",
                    "auth_api_customuser"
                ),
            ] {
                try running.service.script(there)
                for _ in 0..<3 { await running.watch.look() }
                #expect(running.lines.take() == ["\(Self.missing) missing=\(name)"])
                await #expect(throws: StoreUnavailable.self) {
                    try await running.storage.accounts.credential(
                        email: email, in: RequestContext(actor: .client, now: Timestamp.now()))
                }
                try running.service.script(back)
                // Requests do not wait for the look.
                #expect(
                    try await running.storage.accounts.credential(
                        email: email, in: RequestContext(actor: .client, now: Timestamp.now())) != nil)
                for _ in 0..<3 { await running.watch.look() }
                #expect(running.lines.take() == ["notice the tables of Django are complete again"])
            }
        }
    }

    @Test(
        "the trigger is made at the first look, and only with it is memory used",
        arguments: DjangoSchema.Engine.allCases)
    func trigger(engine: DjangoSchema.Engine) async throws {
        try await running(engine, changes: "trigger") { running in
            try await running.wait { running.storage.hearsOfChanges }
            #expect(!running.storage.holdsLease())
            #expect(
                await running.changes
                    == "degraded: the trigger on the table of accounts is missing; each request asks the database")
            await running.watch.look()
            #expect(
                running.lines.take() == [
                    "notice the trigger on the table of accounts was made; changes by Django are announced"
                ])
            try await running.wait { running.storage.holdsLease() }
            #expect(await running.changes == "ok")
            await running.watch.look()
            #expect(running.lines.take() == [])

            // Django drops it, and makes it anew only by our look.
            try running.service.script(
                engine == .sqlite
                    ? "DROP TRIGGER ostiary_user_updated" : "DROP TRIGGER ostiary_user_change ON auth_api_customuser")
            if engine == .postgres { try await running.storage.proveTrigger() }
            try await running.wait { !running.storage.holdsLease() }
            #expect(running.storage.hearsOfChanges)
            await running.watch.look()
            try await running.wait { running.storage.holdsLease() }
            #expect(running.lines.take().count == 1)
        }
    }

    @Test("a trigger that was made anew between two looks makes all that is held be forgotten")
    func renewal() {
        let proof = TriggerProof()
        var renewals = 0
        for (found, isHeld, expected) in [
            (nil, false, 0), (7, true, 1), (7, true, 1), (8, true, 2), (nil, false, 2), (8, true, 3),
        ] as [(Int64?, Bool, Int)] {
            // While all is forgotten, the trigger does not count yet.
            proof.take(found) {
                #expect(!proof.isHeld)
                renewals += 1
            }
            #expect(proof.isHeld == isHeld && renewals == expected, "\(String(describing: found))")
        }
    }

    @Test(
        "a deactivation and a deletion by Django are in force: at the next request, or within a second by the trigger",
        arguments: DjangoSchema.Engine.allCases, ["ask", "trigger"])
    func inForce(engine: DjangoSchema.Engine, changes: String) async throws {
        try await running(engine, changes: changes) { running in
            await running.watch.look()
            if changes == "trigger" { try await running.wait { running.storage.holdsLease() } }
            let services = running.backend.services
            func context() -> RequestContext { RequestContext(actor: .client, now: Timestamp.now()) }
            for (number, change) in [
                "UPDATE auth_api_customuser SET is_active = \(engine.no)",
                // Another program knows the tables that hang on ours by their foreign keys alone.
                "\(engine == .sqlite ? "PRAGMA foreign_keys = ON; " : "")DELETE FROM auth_api_customuser WHERE id > 0",
            ].enumerated() {
                let email = "person\(number)@example.com"
                let user = try await services.administration.accounts.createUser(
                    email: email, password: "correct horse 7 battery",
                    in: RequestContext(actor: .system, now: Timestamp.now()))
                let login = try await services.login.login(
                    email: EmailAddress(email), password: "correct horse 7 battery", in: context())
                let pair = try #require(login)
                for _ in 0..<3 {
                    let identity = try await services.identity.identity(bearer: pair.accessToken, in: context())
                    #expect(identity.user.id == user.id)
                }
                try running.service.script("DELETE FROM auth_api_refreshtoken")
                try running.service.script(change)
                let isRefused = { try await refuses(pair.accessToken, services.identity) }
                if changes == "trigger" { try await running.wait(isRefused) }
                #expect(try await isRefused())
            }
        }
    }

    private func refuses(_ token: String, _ identity: IdentityService) async throws -> Bool {
        do {
            _ = try await identity.identity(bearer: token, in: RequestContext(actor: .client, now: Timestamp.now()))
        } catch is AccessTokenError { return true }
        return false
    }

    @Test("the service looks by itself, and ends when it is told to")
    func byItself() async throws {
        try await running(.sqlite, changes: "trigger") { running in
            let logger = Logger(label: "ostiary") { [lines = running.lines] _ in Lines(lines: lines) }
            let watch = AdoptionWatch(storage: running.storage, logger: logger, interval: .milliseconds(20))
            let task = Task { try await watch.run() }
            try await running.wait { running.storage.holdsLease() }
            try running.service.script("DROP INDEX ostiary_user_name; DROP TRIGGER ostiary_user_deleted")
            try await running.wait { try await running.storage.adoptions.condition() == AdoptedCondition() }
            try await running.wait { running.storage.holdsLease() }
            task.cancel()
            try? await task.value
        }
    }

    @Test("a trigger that cannot be made is told once, and each request asks")
    func denied() async throws {
        try await running(.postgres, changes: "trigger") { running in
            // The function cannot be replaced by one of another type.
            try running.service.script(
                "CREATE FUNCTION ostiary_user_change() RETURNS integer LANGUAGE sql AS 'SELECT 1'")
            for _ in 0..<3 { await running.watch.look() }
            let lines = running.lines.take()
            #expect(
                lines.count == 1
                    && lines[0].hasPrefix(
                        "warning the trigger on the table of accounts cannot be made; each request asks the database error="
                    ),
                "\(lines)")
            #expect(!running.storage.holdsLease())
            try running.service.script("DROP FUNCTION ostiary_user_change()")
            await running.watch.look()
            #expect(running.lines.take().count == 1)
            try await running.wait { running.storage.holdsLease() }
        }
    }
}
