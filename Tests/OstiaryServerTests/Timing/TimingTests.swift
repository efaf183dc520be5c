import Logging
import OstiaryCore
import OstiarySQL
import OstiarySQLite
import OstiaryTestSupport
import Testing

extension EndToEnd {
    /// Whether the time of a refusal tells what kind of account it was (ASVS 5.0, 6.3.8).
    @Suite struct Timing {
        /// One kind of request; the outcome is always a refusal.
        struct Arm: Sendable {
            let name: String
            let ask: @Sendable () async throws -> Void
        }

        private var count: Int { environmentNumber("OSTIARY_TIMING_COUNT") ?? 150 }

        /// Wider than 0.45…0.55 where fewer are measured: five standard deviations of the estimate, so that chance fails
        /// one run in a hundred thousand.
        private func tolerance(_ count: Int) -> Double {
            max(0.05, 5 * (1 / (6 * Double(count))).squareRoot())
        }

        @Test("known, unknown, inactive and unusable cannot be told apart on the wire", arguments: [false, true])
        func login(underLoad: Bool) async throws {
            let server = try ServerProcess(logLevel: "warning")
            let client = WireClient(port: server.port)
            for name in ["known", "inactive", "unusable"] { try client.enrol("\(name)@mail.example") }
            #expect(try server.command(["users", "deactivate", "inactive@mail.example"]).exit == .code(0))
            try await setUnusable("unusable@mail.example", server)
            let connection = Connection(port: server.port)
            let arms = ["known", "unknown", "inactive", "unusable"].map { name in
                Arm(name: name) {
                    let answer = try connection.client().login("\(name)@mail.example", "wrong horse 7 battery")
                    guard answer.status == 401 else { throw Failure("\(answer)") }
                }
            }
            let stop = Budget(.max, seconds: 3_600)
            let load = try underLoad ? BackgroundThreads(2) { _ in try self.refreshes(server, until: stop) } : nil
            try await compare(arms, "login\(underLoad ? " under load" : "")")
            stop.end()
            try load?.join()
            #expect(server.terminate() == .code(0))
        }

        @Test("nor where a hash costs little, so that nothing hides behind it")
        func cheapLogin() async throws {
            let directory = try TemporaryDirectory()
            let database = try SQLiteDatabase(path: directory.file("timing.sqlite3"))
            defer { database.close() }
            try await Migrator(database, Schema().migrations).migrate(now: Timestamp.now())
            let accounts = SQLAccountStore(database: database)
            let hasher = PasswordHasher(parameters: Argon2Parameters(memoryKiB: 2_048, passes: 1))
            let encoded = try hasher.hash(Array("correct horse 7 battery".utf8))
            let unusable = OstiaryCore.Passwords.unusable()
            for (name, password) in [("known", encoded), ("inactive", encoded), ("unusable", unusable)] {
                let email = try #require(EmailAddress("\(name)@mail.example"))
                _ = try await accounts.create(NewUser(email: email, encodedPassword: password))
            }
            let inactive = try #require(EmailAddress("inactive@mail.example"))
            _ = try await accounts.setActive(false, email: inactive, at: Timestamp.now())
            let passwords = OstiaryCore.Passwords(hasher: hasher, threads: 1)
            defer { passwords.close() }
            let key = try #require(SigningKey(secret: [UInt8](repeating: 1, count: 32)))
            let service = LoginService(
                accounts: accounts, sessions: SQLSessionStore(database: database), passwords: passwords,
                issuer: TokenIssuer(codec: AccessTokenCodec(keys: KeyRing(signing: key))),
                settings: try DynamicSettings(
                    store: SQLSettingsStore(database: database), logger: Logger(label: "test")),
                throttling: .off, audit: Audit { _ in }
            )
            // As accounts are that somebody uses: with a last login.
            let login = try await service.login(
                email: EmailAddress("known@mail.example"), password: "correct horse 7 battery", origin: ClientOrigin())
            #expect(login != nil)
            let arms = ["known", "unknown", "inactive", "unusable"].map { name in
                Arm(name: name) {
                    let email = EmailAddress("\(name)@mail.example")
                    let pair = try await service.login(
                        email: email, password: "wrong horse 7 battery",
                        origin: ClientOrigin(address: IPAddress("192.0.2.1")))
                    guard pair == nil else { throw Failure("logged in") }
                }
            }
            try await compare(arms, "login with a cheap hash")
        }

        /// Measures the arms in turn, each round in another order, and compares each with each.
        private func compare(_ arms: [Arm], _ name: String) async throws {
            var generator = SeededGenerator(seed: SeededGenerator.printedSeed(name))
            var times = arms.map { _ in [Double]() }
            for round in 0..<count + 10 {
                for index in arms.indices.shuffled(using: &generator) {
                    let start = ContinuousClock.now
                    try await arms[index].ask()
                    // The first rounds warm caches up.
                    if round >= 10 { times[index].append(seconds(since: start)) }
                }
            }
            for left in arms.indices {
                for right in arms.indices where left < right {
                    let area = Separation.areaUnderCurve(times[left], times[right])
                    figure(
                        "\(name): area under the curve, \(arms[left].name) against \(arms[right].name)",
                        (area * 1_000).rounded() / 1_000)
                    #expect(abs(area - 0.5) < tolerance(count))
                }
            }
        }

        private func refreshes(_ server: ServerProcess, until stop: Budget) throws {
            let client = WireClient(port: server.port)
            var token = try client.newSession().tokens.refresh
            while !stop.isSpent { token = try Tokens(client.refresh(token)).refresh }
        }

        private func setUnusable(_ email: String, _ server: ServerProcess) async throws {
            let database = try SQLiteDatabase(path: "\(server.dataDirectory)/ostiary.sqlite3")
            defer { database.close() }
            let unusable = OstiaryCore.Passwords.unusable()
            let change: SQLQuery = "UPDATE ostiary_user SET password = \(unusable) WHERE email = \(email)"
            guard try await database.write({ try $0.execute(change) }) == 1 else { throw Failure("no \(email)") }
        }

        /// A client that the arms share, one after the other.
        private final class Connection: @unchecked Sendable {  // the arms are asked in turn
            private let shared: WireClient
            init(port: UInt16) { shared = WireClient(port: port) }
            func client() -> WireClient { shared }
        }
    }
}
