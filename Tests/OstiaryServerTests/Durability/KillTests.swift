import OstiaryTestSupport
import Synchronization
import Testing

extension EndToEnd {
    @Suite struct Durability {
        @Test("SIGKILL in the middle of registrations and refreshes loses nothing that was acknowledged")
        func kills() throws {
            let rounds = 50
            var generator = SeededGenerator(seed: SeededGenerator.printedSeed("kill"))
            let server = try ServerProcess(logLevel: "warning")
            let email = freshEmail()
            try WireClient(port: server.port).enrol(email)
            var tally = Tally()
            var restarts = 0.0
            for _ in 0..<rounds {
                let load = try Load(server, email: email, seed: generator.next())
                let delay = Double.random(in: 0.02...0.35, using: &generator)
                try parallel(load.clients + 1) { index in
                    if index < load.clients { return load.run(index) }
                    pause(delay)
                    load.stop()
                    server.kill()
                }
                #expect(!server.isRunning)
                let start = ContinuousClock.now
                try server.start()
                restarts = max(restarts, seconds(since: start))
                try load.judge(&tally)
            }
            figure("kills", rounds)
            figure("kills: acknowledged registrations", tally.registrations)
            figure("kills: registrations lost", tally.registrationsLost)
            figure("kills: acknowledged refreshes", tally.refreshes)
            figure("kills: sessions without a request in flight", tally.idleSessions)
            figure("kills: of these, last token refused", tally.idleRefused)
            figure("kills: sessions with a request in flight", tally.busySessions)
            figure("kills: of these, token spent without an answer", tally.spentUnanswered)
            figure("kills: spent tokens accepted again", tally.spentAccepted)
            figure("kills: longest restart", seconds: restarts)
            #expect(tally.registrations > 0 && tally.refreshes > 0 && tally.idleSessions > 0)
            #expect(tally.registrationsLost == 0)
            #expect(tally.idleRefused == 0)
            #expect(tally.spentAccepted == 0)
            #expect(tally.unexpected == [])
            #expect(server.terminate() == .code(0))
        }
    }
}

private struct Tally {
    var (registrations, registrationsLost, refreshes) = (0, 0, 0)
    var (idleSessions, idleRefused, busySessions, spentUnanswered, spentAccepted) = (0, 0, 0, 0, 0)
    var unexpected: [String] = []
}

/// Clients at work until the server is killed, and what each of them was told.
private final class Load: Sendable {
    private static let refreshers = 4
    private static let registrars = 2

    private struct Session {
        var spent: [String] = []
        var latest: String
        var inFlight = false
    }

    private struct Records {
        var sessions: [Session] = []
        var registered: [String] = []
        var unexpected: [String] = []
        var stopped = false
    }

    private let server: ServerProcess
    private let seed: UInt64
    private let records: Mutex<Records>

    var clients: Int { Self.refreshers + Self.registrars }

    init(_ server: ServerProcess, email: String, seed: UInt64) throws {
        (self.server, self.seed) = (server, seed)
        let sessions = try parallel(Self.refreshers) { _ in
            try WireClient(port: server.port).tokens(email).refresh
        }
        records = Mutex(Records(sessions: sessions.map { Session(latest: $0) }))
    }

    /// No request begins after this; those in flight stay in flight.
    func stop() { records.withLock { $0.stopped = true } }

    func run(_ index: Int) {
        var generator = SeededGenerator(seed: seed &+ UInt64(index))
        let client = WireClient(port: server.port, timeout: 10)
        if index < Self.refreshers {
            while refreshOnce(index, client) { pause(Double.random(in: 0...0.008, using: &generator)) }
        } else {
            while registerOnce(client) {}
        }
    }

    private func refreshOnce(_ index: Int, _ client: WireClient) -> Bool {
        let token: String? = records.withLock {
            if $0.stopped { return nil }
            $0.sessions[index].inFlight = true
            return $0.sessions[index].latest
        }
        guard let token, let answer = try? client.refresh(token) else { return false }
        return records.withLock {
            $0.sessions[index].inFlight = false
            guard let next = try? Tokens(answer) else {
                $0.unexpected.append("refresh answered \(answer.status)")
                return false
            }
            $0.sessions[index].spent.append(token)
            $0.sessions[index].latest = next.refresh
            return true
        }
    }

    private func registerOnce(_ client: WireClient) -> Bool {
        let email = freshEmail()
        guard !records.withLock({ $0.stopped }), let answer = try? client.register(email) else { return false }
        records.withLock {
            if answer.status == 200 {
                $0.registered.append(email)
            } else {
                $0.unexpected.append("registration answered \(answer.status)")
            }
        }
        return true
    }

    /// Asks the restarted server whether it still knows what it had said.
    func judge(_ tally: inout Tally) throws {
        let client = WireClient(port: server.port)
        let records = records.withLock { $0 }
        tally.unexpected += records.unexpected
        for email in records.registered {
            tally.registrations += 1
            // A duplicate is found before anything is hashed, so this asks cheaply whether the account is there.
            if try client.register(email).status != 400 { tally.registrationsLost += 1 }
        }
        if let email = records.registered.last, try client.login(email).status != 200 { tally.registrationsLost += 1 }

        for session in records.sessions {
            tally.refreshes += session.spent.count
            let status = try client.refresh(session.latest).status
            if status != 200 && status != 400 {
                tally.unexpected.append("refresh after the restart answered \(status)")
            }
            if session.inFlight {
                tally.busySessions += 1
                if status == 400 { tally.spentUnanswered += 1 }
            } else {
                tally.idleSessions += 1
                if status != 200 { tally.idleRefused += 1 }
            }
            // Last, because presenting a spent token ends the session.
            if let spent = session.spent.randomElement(), try client.refresh(spent).status != 400 {
                tally.spentAccepted += 1
            }
        }
    }
}
