// SPDX-License-Identifier: Apache-2.0

import HTTPTypes

/// Owns the tokens: what is sent is read, and its answer stored, in one turn of the storage.
final class SessionKeeper: Sendable {
    let line: Line
    let changes = SessionChanges()
    private let storage: any SessionStorage
    private let options: OstiaryClient.Options

    init(storage: any SessionStorage, line: Line, options: OstiaryClient.Options) {
        self.storage = storage
        self.line = line
        self.options = options
    }

    /// The session for a request; nil if there is none.
    func peek() throws -> StoredSession? {
        let session = try storage.peek()
        changes.saw(session != nil)
        return session
    }

    /// The session for a request.
    /// - Throws: ``ClientError/signedOut``.
    func current() throws -> StoredSession {
        guard let session = try peek() else { throw ClientError.signedOut }
        return session
    }

    /// Runs something in one turn.
    /// - Parameter body: gets the session, and gives a value and what becomes of the session.
    func alone<Value: Sendable>(
        _ body: @escaping @Sendable (StoredSession?) async throws -> (Value, Outcome)
    ) async throws -> Value {
        try await storage.alone(atMost: options.turnTimeout) { [self] in
            let (value, outcome) = try await body(try storage.read())
            try settle(outcome)
            return value
        }
    }

    /// The fate of the session.
    enum Outcome: Sendable {
        case stays
        case begins(StoredSession)
        case goesOn(StoredSession)
        case ends(SessionChange.Cause)
    }

    private func settle(_ outcome: Outcome) throws {
        switch outcome {
        case .stays: break
        case .goesOn(let session): try storage.write(session)
        case .begins(let session):
            try storage.write(session)
            changes.did(.signedIn)
        case .ends(let cause):
            try storage.write(nil)
            changes.did(.signedOut(cause))
        }
    }

    /// Sends a request with the token of the stored session in one turn, and once more after a refresh.
    /// - Parameter outcome: what becomes of the session by the answer.
    func sendAlone(
        _ request: OstiaryClient.Request, _ outcome: @escaping @Sendable (OstiaryClient.Answer) throws -> Outcome
    ) async throws -> OstiaryClient.Answer {
        let (answer, token) = try await attempt(request, outcome)
        guard answer.refusesToken else { return answer }
        _ = try await accessToken(refused: token)
        return try await attempt(request, outcome).answer
    }

    private func attempt(
        _ request: OstiaryClient.Request, _ outcome: @escaping @Sendable (OstiaryClient.Answer) throws -> Outcome
    ) async throws -> (answer: OstiaryClient.Answer, token: String) {
        try await alone { [line] session in
            guard let session else { throw ClientError.signedOut }
            let answer = try await line.send(request, bearer: session.accessToken)
            return ((answer, session.accessToken), try outcome(answer))
        }
    }
}

extension SessionKeeper {
    /// An access token other than the refused one; nil for the stored one.
    ///
    /// The same token goes out with the same key until the server has answered with tokens or has called the token
    /// invalid. Nothing else, of whatever status, ends a session.
    func accessToken(refused: String?) async throws -> String {
        var failure: any Error = ClientError.storageBusy
        var wait = 0
        for attempt in 0..<max(1, options.tries) {
            if attempt > 0 { try await pause(before: attempt, atLeast: wait) }
            do {
                return try await turn(refused)
            } catch let error as ClientError where error == .signedOut || error == .storageBusy {
                throw error
            } catch let error as CancellationError {
                throw error
            } catch {
                failure = error
                if case .refused(let refusal)? = error as? ClientError {
                    wait = refusal.retryAfter ?? 0
                } else {
                    wait = 0
                }
            }
        }
        throw failure
    }

    private func turn(_ refused: String?) async throws -> String {
        if refused == nil { return try current().accessToken }
        return try await storage.alone(atMost: options.turnTimeout) { [self] in
            guard let held = try storage.read() else {
                changes.saw(false)
                throw ClientError.signedOut
            }
            guard held.accessToken == refused else { return held.accessToken }
            let answer = try await line.send(.refresh(held), bearer: nil)
            if let session = StoredSession(answer) {
                try settle(.goesOn(session))
                return session.accessToken
            }
            guard answer.endsSession else {
                try answer.checked()
                throw ClientError.unexpectedAnswer(status: answer.status)
            }
            try settle(.ends(.ended))
            throw ClientError.signedOut
        }
    }

    private func pause(before attempt: Int, atLeast seconds: Int) async throws {
        let bound = options.pause * (1 << min(attempt - 1, 20))
        let drawn = bound * Double.random(in: 0...1)
        try await Task.sleep(for: min(.seconds(60), max(.seconds(min(seconds, 60)), drawn)))
    }
}

extension OstiaryClient.Request {
    fileprivate static func refresh(_ session: StoredSession) throws -> OstiaryClient.Request {
        var request = try OstiaryClient.Request.post("/api/refresh/", json: ["refresh_token": session.refreshToken])
        if let name = HTTPField.Name("Idempotency-Key") { request.headerFields[name] = session.key }
        return request
    }
}

extension OstiaryClient.Answer {
    /// True if a refresh was answered so that the session is over for certain.
    fileprivate var endsSession: Bool {
        guard status == 400 else { return false }
        if ServerRefusal(self).code == .invalidRefreshToken { return true }
        return (try? decode([String: String].self)) == ["error": "Invalid refresh token"]
    }
}
