// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import OstiarySQL
import OstiarySQLite
import OstiaryTestSupport
import Testing

extension EndToEnd.Alone {
    /// Whether the time of a refusal tells what kind of account it was (ASVS 5.0, 6.3.8).
    @Suite struct Timing {
        /// One kind of request; the outcome is always a refusal.
        struct Arm: Sendable {
            let name: String
            let ask: @Sendable () async throws -> Void
        }

        /// As many as 0.45…0.55 can be told by, where each takes a millisecond.
        static let enough = 2_000

        private var count: Int { TestScale.count(150) }

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

        @Test("nor usable and unusable by who is signed in and asked for the current password")
        func password() async throws {
            let server = try ServerProcess(logLevel: "warning")
            let client = WireClient(port: server.port)
            let connection = Connection(port: server.port)
            let names = ["usable", "unusable"]
            for name in names { try client.enrol("\(name)@mail.example") }
            let sessions = try names.map { try client.tokens("\($0)@mail.example").access }
            try await setUnusable("unusable@mail.example", server)
            let arms = zip(names, sessions).map { name, access in
                Arm(name: name) {
                    let answer = try connection.client().changePassword(
                        "wrong horse 7 battery", to: "another secure 7 horse", access)
                    guard answer.status == 400 else { throw Failure("\(answer)") }
                }
            }
            try await compare(arms, "password")
            #expect(server.terminate() == .code(0))
        }

        @Test("nor where a hash costs little, so that nothing hides behind it")
        func cheapLogin() async throws {
            let services = try await CheapServices()
            defer { services.close() }
            // As accounts are that somebody uses: with a last login.
            let login = try await services.login.login(
                email: EmailAddress("known@mail.example"), password: WireClient.password,
                in: .now(origin: ClientOrigin()))
            #expect(login != nil)
            let arms = ["known", "unknown", "inactive", "unusable"].map { name in
                Arm(name: name) {
                    let pair = try await services.login.login(
                        email: EmailAddress("\(name)@mail.example"), password: "wrong horse 7 battery",
                        in: .now(origin: ClientOrigin(address: IPAddress("192.0.2.1"))))
                    guard pair == nil else { throw Failure("logged in") }
                }
            }
            try await compare(arms, "login with a cheap hash", atLeast: Self.enough)
        }

        @Test("nor the current password where a hash costs little")
        func cheapPassword() async throws {
            let services = try await CheapServices()
            defer { services.close() }
            var arms: [Arm] = []
            for name in ["known", "unusable"] {
                let email = try #require(EmailAddress("\(name)@mail.example"))
                let user = try #require(try await services.accounts.credential(email: email, in: .now())).user
                let arm = Arm(name: name) {
                    let outcome = try await services.passwordChange.change(
                        of: user, from: "wrong horse 7 battery", to: "another secure 7 horse",
                        in: .now(origin: ClientOrigin()))
                    guard case .wrongPassword = outcome else { throw Failure("\(outcome)") }
                }
                arms.append(arm)
            }
            try await compare(arms, "password with a cheap hash", atLeast: Self.enough)
        }

        /// Measures the arms in turn, each round in another order, and compares each with each. A pair that differs is
        /// measured anew: what else the machine does passes, a difference of the code is there each time.
        func compare(_ arms: [Arm], _ name: String, atLeast least: Int = 0) async throws {
            let count = max(self.count, least)
            var suspects: Set<[Int]>?
            for _ in 0..<3 where suspects?.isEmpty != true {
                let times = try await measure(arms, count, name)
                var found: Set<[Int]> = []
                for left in arms.indices {
                    for right in arms.indices where left < right {
                        let area = Separation.areaUnderCurve(times[left], times[right])
                        figure(
                            "\(name): area under the curve, \(arms[left].name) against \(arms[right].name)",
                            (area * 1_000).rounded() / 1_000)
                        if abs(area - 0.5) >= tolerance(count) { found.insert([left, right]) }
                    }
                }
                suspects = suspects?.intersection(found) ?? found
            }
            let told = suspects?.map { "\(arms[$0[0]].name) against \(arms[$0[1]].name)" } ?? []
            #expect(told.isEmpty, "told apart three times in a row")
        }

        private func measure(_ arms: [Arm], _ count: Int, _ name: String) async throws -> [[Double]] {
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
            return times
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
        final class Connection: @unchecked Sendable {  // the arms are asked in turn
            private let shared: WireClient
            init(port: UInt16) { shared = WireClient(port: port) }
            func client() -> WireClient { shared }
        }
    }
}
