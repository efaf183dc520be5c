// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport
import Synchronization
import Testing

/// What became of everything that was acknowledged.
struct Tally {
    var (registrations, registrationsLost, refreshes) = (0, 0, 0)
    var (idleSessions, idleRefused, busySessions, spentUnanswered, spentAccepted) = (0, 0, 0, 0, 0)
    /// Answers 503.
    var unavailable = 0
    var unexpected: [String] = []

    /// Prints the figures and expects that nothing is lost and nothing there twice.
    func judge(_ name: String) {
        figure("\(name): acknowledged registrations", registrations)
        figure("\(name): registrations lost", registrationsLost)
        figure("\(name): acknowledged refreshes", refreshes)
        figure("\(name): answers 503", unavailable)
        figure("\(name): sessions without a request in flight", idleSessions)
        figure("\(name): of these, last token refused", idleRefused)
        figure("\(name): sessions with a request in flight", busySessions)
        figure("\(name): of these, token spent without an answer", spentUnanswered)
        figure("\(name): spent tokens accepted again", spentAccepted)
        #expect(registrations > 0 && refreshes > 0 && idleSessions > 0)
        #expect(registrationsLost == 0)
        #expect(idleRefused == 0)
        #expect(spentAccepted == 0)
        #expect(unexpected == [])
    }
}

/// Clients at work until the server is killed, and what each of them was told.
final class Load: Sendable {
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
        var unavailable = 0
        var stopped = false
    }

    private let servers: [ServerProcess]
    private let seed: UInt64
    private let records: Mutex<Records>

    var clients: Int { Self.refreshers + Self.registrars }

    init(_ servers: [ServerProcess], email: String, seed: UInt64) throws {
        (self.servers, self.seed) = (servers, seed)
        let sessions = try parallel(Self.refreshers) { index in
            try WireClient(port: servers[index % servers.count].port).tokens(email).refresh
        }
        records = Mutex(Records(sessions: sessions.map { Session(latest: $0) }))
    }

    /// No request begins after this; those in flight stay in flight.
    func stop() { records.withLock { $0.stopped = true } }

    func run(_ index: Int) {
        var generator = SeededGenerator(seed: seed &+ UInt64(index))
        let client = WireClient(port: servers[index % servers.count].port, timeout: 10)
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
        guard let token, let answer = answer(to: { try client.refresh(token) }) else { return false }
        return records.withLock {
            $0.sessions[index].inFlight = false
            // Nothing was done, so the client goes on with the token that it has.
            if answer.status == 503 {
                $0.unavailable += 1
                return true
            }
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
        guard !records.withLock({ $0.stopped }), let answer = answer(to: { try client.register(email) }) else {
            return false
        }
        records.withLock {
            if answer.status == 200 {
                $0.registered.append(email)
            } else if answer.status == 503 {
                $0.unavailable += 1
            } else {
                $0.unexpected.append("registration answered \(answer.status)")
            }
        }
        return true
    }

    /// nil when the connection was lost.
    private func answer(to request: () throws -> WireAnswer) -> WireAnswer? {
        do { return try request() } catch {
            if error as? WireError == .timeout { records.withLock { $0.unexpected.append("no answer in time") } }
            return nil
        }
    }

    /// Asks the restarted server whether it still knows what it had said.
    func judge(_ tally: inout Tally) throws {
        let client = WireClient(port: servers[0].port)
        let records = records.withLock { $0 }
        tally.unexpected += records.unexpected
        tally.unavailable += records.unavailable
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
