// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport
import Testing

extension EndToEnd.Alone {
    /// One link that many clients use at the same moment.
    @Suite struct LinkRaces {
        private static let width = 50

        @Test("fifty uses of one link on three servers: exactly one succeeds")
        func nodes() throws {
            let postgres = try PostgresServer.shared.get()
            let arguments = ["--database-url", postgres.url(try postgres.makeDatabase())]
            let folder = try TemporaryDirectory()
            let nodes = try (0..<3).map { _ in try MailServer(arguments, folder: folder) }
            try Self.race(on: nodes, rounds: 3)
            for node in nodes { #expect(node.process.terminate() == .code(0)) }
        }

        @Test("fifty uses of one link on SQLite: exactly one succeeds")
        func file() throws {
            let server = try MailServer()
            try Self.race(on: [server], rounds: 1)
            #expect(server.process.terminate() == .code(0))
        }

        private static func race(on servers: [MailServer], rounds: Int) throws {
            let client = servers[0].client
            for _ in 0..<rounds {
                let email = freshEmail()
                try client.enrol(email)
                let verification = try servers[0].message(to: email, "/account/verify/").token
                try Self.winner(on: servers, "/api/email/verification/confirm/") { _ in ["token": verification] }

                let path = "/api/login/email/confirm/"
                _ = try client.use("/api/login/email/", ["email": email])
                let login = try servers[0].messages(to: email, 2)[1].token
                let byLink = try Self.winner(on: servers, path) { _ in ["token": login] }
                #expect(try client.me(Tokens(byLink.answer).access).status == 200)

                let asked = try client.use("/api/login/email/", ["email": email])
                let loginToken = try #require(asked.member("login_token"))
                let code = try servers[0].messages(to: email, 3)[2].code
                try Self.winner(on: servers, path) { _ in ["login_token": loginToken, "code": code] }

                _ = try client.use("/api/password/reset/", ["email": email])
                let reset = try servers[0].message(to: email, "/account/reset/").token
                let set = try Self.winner(on: servers, "/api/password/reset/confirm/") {
                    ["token": reset, "new_password": "a new one 4 you \($0)"]
                }
                #expect(try client.login(email, "a new one 4 you \(set.number)").status == 200)
                #expect(try client.me(Tokens(byLink.answer).access).status == 401, "the reset ends all sessions")
            }
        }

        /// Sends fifty requests, spread over the servers, that leave together on open connections. One must succeed, and
        /// the others must be answered like a link or a code that never was.
        @discardableResult
        private static func winner(
            on servers: [MailServer], _ path: String, _ fields: @escaping @Sendable (Int) -> [String: String],
            sourceLocation: SourceLocation = #_sourceLocation
        ) throws -> (number: Int, answer: WireAnswer) {
            let unknown = fields(0).mapValues { $0.utf8.count == 22 ? "Zb1kq0c9T4eYv7uJm2sXwA" : $0 }
            let refusal = try servers[0].client.use(path, unknown)
            let barrier = Barrier(width)
            let answers = try parallel(width) { number in
                let client = servers[number % servers.count].client
                // A thread that fails waits at the barrier all the same, or the others would wait for ever.
                _ = try? client.open()
                barrier.wait()
                return try client.use(path, fields(number))
            }
            let others = answers.filter { $0.status != refusal.status || $0.body != refusal.body }
            #expect(
                others.map(\.status) == [200] && refusal.status != 200, "\(path): \(others), \(refusal)",
                sourceLocation: sourceLocation)
            let number = try #require(
                answers.firstIndex { $0.status == 200 }, "\(path)", sourceLocation: sourceLocation)
            return (number, answers[number])
        }
    }
}
