// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import OstiaryPostgres
import OstiarySQL
import OstiaryTestKit
import OstiaryTestSupport
import Synchronization
import Testing

/// A server that crashes behind the COMMIT of the use of a link, so that only what was written tells of it.
@Suite("Uses of links whose commit has no answer", .serialized, .onItsOwnThread)
struct LinkTraceTests {
    private let server: PostgresServer
    private let name: String
    private let proxy: Proxy
    private let database: InterruptedDatabase

    init() async throws {
        // A crash of the server alone loses nothing of it, and the recovery is quicker.
        let server = try PostgresServer(["fsync=off"])
        self.server = server
        name = try await server.migrated()
        let proxy = try Proxy(to: server.port)
        self.proxy = proxy
        var limits = PostgresLimits()
        limits.connections = 1
        limits.call = .seconds(60)
        let url = try PostgresURL(server.tcpURL(name, port: proxy.port))
        database = InterruptedDatabase(try PostgresDatabase(url, limits: limits)) { proxy.set(.cutFromNextRequest) }
    }

    /// Runs a use whose COMMIT is not answered since the server crashes behind it, and runs it again.
    /// - Parameter event: the event of the only entry that tells of the use.
    private func uses<Outcome: Sendable>(
        _ event: AuditEvent, _ use: @escaping @Sendable () async throws -> Outcome
    ) async throws -> (first: Outcome, second: Outcome) {
        let count = "SELECT count(*) FROM ostiary_audit WHERE event = '\(event)'"
        let before = try server.query(count, in: name)
        let crash = Task.detached { [server, proxy, name] in
            let isKept: Bool? = try waitUntil(5) { try server.query(count, in: name) != before ? true : nil }
            server.stop(.immediate)
            try server.start()
            proxy.set(.none)
            return isKept == true
        }
        database.interruptNext()
        async let running = use()
        #expect(try await crash.value, "committed before the crash")
        let first = try await running
        let second = try await use()
        #expect(try server.query(count, in: name) == "\((Int(before) ?? 0) + 1)", "one entry \(event)")
        return (first, second)
    }

    /// A link of an account of its own.
    private func link(_ purpose: LinkPurpose) async throws -> (user: User.ID, digest: OneTimeDigest) {
        let email = try #require(EmailAddress("\(purpose)@example.com"))
        let made = try await SQLAccountStore(database: database)
            .create(NewUser(email: email, encodedPassword: "encoded"), in: .test())
        guard case .created(let user) = made else { throw Failure("\(made)") }
        let digest = OneTimeToken().digest(for: purpose)
        try server.query(
            """
            INSERT INTO ostiary_one_time_token (digest, purpose, user_id, address, attempts, made_at, expires_at)
            VALUES (decode('\(digest.bytes.hexadecimal)', 'hex'), '\(purpose.rawValue)', \(user.id),
                'new-\(email.text)', 0, 0, 9000000000000000)
            """, in: name)
        return (user.id, digest)
    }

    @Test("the use of each kind of link is found by what it wrote")
    func links() async throws {
        defer { database.close() }
        let links = SQLLinkStore(database: database)
        let cases: [(LinkPurpose, AuditEvent, @Sendable (OneTimeDigest) async throws -> LinkOutcome)] = [
            (.verification, .emailVerified, { try await links.verify($0, in: .test()) }),
            (.reset, .passwordReset, { try await links.resetPassword($0, to: "new", notice: nil, in: .test()) }),
            (.change, .emailChanged, { try await links.change($0, notice: nil, in: .test()) }),
            (.undo, .emailChanged, { try await links.undo($0, reset: nil, in: .test()) }),
        ]
        for (purpose, event, use) in cases {
            let (user, digest) = try await link(purpose)
            let outcomes = try await uses(event) { try await use(digest) }
            guard case .done(let found) = outcomes.first else { throw Failure("\(purpose): \(outcomes.first)") }
            #expect(found.id == user && found.isEmailVerified, "\(purpose)")
            #expect(outcomes.second == .invalid, "\(purpose)")
        }
        #expect(database.traces == cases.count)
    }

    @Test("a login and a registration by a link are found, too")
    func sessions() async throws {
        defer { database.close() }
        let (user, login) = try await link(.login)
        let sessions = SQLSessionStore(database: database)
        let session = NewSession(
            AuthenticatedSession(id: SessionID(bits: 1), user: user, authentication: Authentication(at: .now())),
            proof: .link(login), refreshToken: RefreshToken(bits: 1).digest,
            expiry: TokenLifetimes(accessToken: 60, refreshToken: 600).expiry(sessionStartedAt: .now(), now: .now()))
        let openings = try await uses(.loggedIn) { try await sessions.open(session, in: .test()) }
        #expect(openings.first != .userChanged && openings.second == .userChanged)

        let registration = OneTimeToken().digest(for: .registration)
        try server.query(
            """
            INSERT INTO ostiary_pending_registration (digest, email, password, attempts, expires_at) VALUES
                (decode('\(registration.bytes.hexadecimal)', 'hex'), 'new@example.com', 'x', 0, 9000000000000000)
            """, in: name)
        let new = NewUser(email: try #require(EmailAddress("new@example.com")), encodedPassword: "chosen")
        let links = SQLLinkStore(database: database)
        let creations = try await uses(.registered) {
            try await links.completeRegistration(registration, creating: new, in: .test())
        }
        guard case .created(let made) = creations.first else { throw Failure("\(String(describing: creations.first))") }
        #expect(made.email == "new@example.com" && made.isEmailVerified)
        #expect(creations.second == nil)
        #expect(database.traces == 2)
    }
}

/// A database where something happens between the last statement of a write and its COMMIT.
private final class InterruptedDatabase: SQLDatabase {
    private let database: PostgresDatabase
    private let event: @Sendable () -> Void
    private let isArmed = Atomic<Bool>(false)
    private let traced = Atomic<Int>(0)

    init(_ database: PostgresDatabase, _ event: @escaping @Sendable () -> Void) {
        self.database = database
        self.event = event
    }

    var dialect: SQLDialect { database.dialect }

    /// The number of times that a write was looked for.
    var traces: Int { traced.load(ordering: .relaxed) }

    func close() { database.close() }

    /// Interrupts the next write, and only its first run.
    func interruptNext() { isArmed.store(true, ordering: .relaxed) }

    func read<T: Sendable>(
        until deadline: ContinuousClock.Instant?, _ body: @escaping @Sendable (any SQLConnection) throws -> T
    ) async throws -> T {
        try await database.read(until: deadline, body)
    }

    func write<T: Sendable>(
        until deadline: ContinuousClock.Instant?, _ body: @escaping @Sendable (SQLTransaction) throws -> T,
        trace: (@Sendable (any SQLConnection) throws -> T?)?
    ) async throws -> T {
        let counted = trace.map { trace in
            { @Sendable (connection: any SQLConnection) throws -> T? in
                self.traced.add(1, ordering: .relaxed)
                return try trace(connection)
            }
        }
        return try await database.write(
            until: deadline,
            { transaction in
                let answer = try body(transaction)
                if self.isArmed.exchange(false, ordering: .relaxed) { self.event() }
                return answer
            }, trace: counted)
    }
}
