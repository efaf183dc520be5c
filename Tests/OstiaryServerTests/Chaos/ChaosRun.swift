// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport
import Synchronization

/// Servers behind proxies that lose things, and what may befall the servers themselves.
final class ChaosRun: Sendable {
    let servers: [ServerProcess]
    let proxies: [ChaosProxy]
    private let clocks: [FakeClock]
    private let postgres: PostgresServer?
    private let stopped = Atomic<Bool>(false)
    private let tally = Mutex(Tally())

    struct Tally {
        var (kills, databaseKills, jumps) = (0, 0, 0)
        var (unavailable, badGateways, broken) = (0, 0, 0)
        var unexpected: [String] = []
    }

    /// - Parameters:
    ///   - count: servers on one database.
    ///   - postgres: where the database is; SQLite without one.
    ///   - width: connections at once through each proxy.
    init(servers count: Int, postgres: PostgresServer?, width: Int, seed: UInt64) throws {
        self.postgres = postgres
        let directory = try TemporaryDirectory()
        let arguments = try postgres.map { ["--database-url", $0.url(try $0.makeDatabase())] } ?? []
        clocks = try (0..<count).map { _ in try FakeClock() }
        servers = try clocks.map {
            try ServerProcess(arguments, environment: try $0.environment, logLevel: "warning", directory: directory)
        }
        proxies = try servers.enumerated().map { index, server in
            try ChaosProxy(to: server.port, width: width, seed: seed &+ UInt64(index))
        }
    }

    var result: Tally { tally.withLock { $0 } }
    var isStopped: Bool { stopped.load(ordering: .relaxed) }

    func stop() { stopped.store(true, ordering: .relaxed) }

    /// One client of each proxy, so that each request may take another way.
    func clients() -> [WireClient] { proxies.map { WireClient(port: $0.port, timeout: 3) } }

    func note(_ change: (inout Tally) -> Void) { tally.withLock { change(&$0) } }

    /// Sends one refresh.
    /// - Returns: what the server answered, 200 or 400; nil when the same has to be sent again.
    func refresh(_ token: String, key: String?, _ client: WireClient) -> WireAnswer? {
        guard let answer = try? client.refresh(token, key: key) else {
            note { $0.broken += 1 }
            pause(0.002)
            return nil
        }
        switch answer.status {
        case 200: return answer
        case 400 where answer.endsSession: return answer
        case 502: note { $0.badGateways += 1 }
        case 503: note { $0.unavailable += 1 }
        default: note { $0.unexpected.append("\(answer)") }
        }
        pause(0.01)
        return nil
    }

    /// A tab: refreshes until the run is stopped or the session is dropped.
    func tab(of session: HonestSession, budget: Budget, seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let clients = clients()
        while !budget.isSpent, let sent = session.pair {
            guard let answer = refresh(sent.token, key: sent.key, generator.pick(clients)) else { continue }
            // Some tabs die with the answer in hand.
            if generator.chance(50) { continue }
            if let tokens = try? Tokens(answer) {
                session.store(tokens.refresh, insteadOf: sent)
                budget.spend()
            } else if answer.endsSession {
                session.drop(sent, because: answer)
            } else {
                note { $0.unexpected.append("\(answer)") }
            }
        }
    }

    /// Kills servers and PostgreSQL, and lets clocks jump, until the run is stopped.
    /// - Parameter pace: 1 for about twice a second; longer runs can wait longer.
    func torment(seed: UInt64, pace: Double) throws {
        var generator = SeededGenerator(seed: seed)
        // Clocks may differ by twice as much, which is less than a refresh token lives: more would be an expiry.
        let days = 10 * 86_400
        while !isStopped {
            pause(pace * Double.random(in: 0.2...0.9, using: &generator))
            let victim = generator.below(servers.count)
            switch generator.below(5) {
            case 0 where postgres != nil:
                postgres?.stop(.immediate)
                try postgres?.start()
                note { $0.databaseKills += 1 }
            case 0, 1, 2:
                servers[victim].kill()
                pause(Double.random(in: 0...0.1, using: &generator))
                try servers[victim].start()
                note { $0.kills += 1 }
            default:
                let near = generator.chance(2) ? 60 : days
                try clocks[victim].set(Int.random(in: -near...near, using: &generator))
                note { $0.jumps += 1 }
            }
        }
    }
}

/// How many refreshes there are to be, and until when.
final class Budget: Sendable {
    private let spent = Atomic<Int>(0)
    private let isEnded = Atomic<Bool>(false)
    private let count: Int
    private let deadline: Deadline

    init(_ count: Int, seconds: Double) {
        self.count = count
        deadline = Deadline(seconds)
    }

    var used: Int { spent.load(ordering: .relaxed) }
    var isSpent: Bool { used >= count || deadline.passed || isEnded.load(ordering: .relaxed) }

    /// Nothing more is to be done.
    func end() { isEnded.store(true, ordering: .relaxed) }

    func spend() { spent.add(1, ordering: .relaxed) }
}
