// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport

/// On which side of an operation the stored state is.
enum Side { case before, after }

/// An operation that is interrupted at each of its points.
struct CrashOperation: Sendable {
    let name: String
    /// What it adds to the tables.
    let change: Rows
    /// True if the server needs an administrator first.
    var isAdministrative = false
    /// Makes what one run of it needs: an account of its own.
    let prepare: @Sendable (WireClient) throws -> Attempt
}

/// One run of an operation.
struct Attempt {
    let request: (WireClient) throws -> WireAnswer
    /// Shows by further requests that the state is on that side, for each part of the operation.
    /// - Throws: ``Failure`` if any part of it is on the other.
    let confirm: (_ side: Side, _ answer: WireAnswer?, _ client: WireClient) throws -> Void
}

extension CrashOperation {
    static let all = [register, login, refresh, logout, password, deactivation, group, setting]

    static let register = CrashOperation(name: "register", change: Rows(users: 1, audited: 1)) { _ in
        let email = freshEmail()
        return Attempt {
            try $0.register(email)
        } confirm: { side, _, client in
            try client.register(email).expect(side == .before ? 200 : 400, "registering again")
            try client.login(email).expect(200, "the login of who registered")
        }
    }

    static let login = CrashOperation(name: "login", change: Rows(entered: 1, sessions: 1, tokens: 1, audited: 1)) {
        client in
        let email = freshEmail()
        try client.enrol(email)
        return Attempt {
            try $0.login(email)
        } confirm: { side, answer, client in
            let next = try client.tokens(email)
            let count = try client.sessions(next.access)
            guard count == (side == .before ? 1 : 2) else { throw Failure("\(count) sessions") }
            guard side == .after, let answer, answer.status == 200 else { return }
            let tokens = try Tokens(answer)
            try client.me(tokens.access).expect(200, "the access token")
            try client.refresh(tokens.refresh).expect(200, "the refresh token")
        }
    }

    static let refresh = CrashOperation(name: "refresh", change: Rows(tokens: 1, spent: 1)) { client in
        let token = try client.newSession().tokens.refresh
        let key = "the-key-of-this-token-\(freshEmail().filter(\.isNumber))"
        return Attempt {
            try $0.refresh(token, key: key)
        } confirm: { _, answer, client in
            let next = try Tokens(client.refresh(token, key: key))
            if let answer, answer.status == 200, try Tokens(answer).refresh != next.refresh {
                throw Failure("a second successor")
            }
            try client.me(next.access).expect(200, "the successor's access token")
            try client.refresh(next.refresh, key: "the-key-of-the-successor").expect(200, "the successor")
            try client.refresh(token, key: "another-key-for-that-token").expect(400, "a replay")
            try client.refresh(token, key: key).expect(400, "a repetition after the replay")
            try client.me(next.access).expect(401, "an access token after the replay")
        }
    }

    static let logout = CrashOperation(name: "logout", change: Rows(ended: 1, announced: 1, audited: 1)) { client in
        let tokens = try client.newSession().tokens
        return Attempt {
            try $0.logout(tokens.refresh)
        } confirm: { side, _, client in
            try client.me(tokens.access).expect(side == .before ? 200 : 401, "the access token")
            try client.refresh(tokens.refresh).expect(side == .before ? 200 : 400, "the refresh token")
        }
    }

    static let password = CrashOperation(
        name: "password", change: Rows(sessions: 1, ended: 2, announced: 3, tokens: 1, audited: 1)
    ) { client in
        let (email, one) = try client.newSession()
        let other = try client.tokens(email)
        let new = "an entirely new one 2"
        return Attempt {
            try $0.changePassword(WireClient.password, to: new, one.access)
        } confirm: { side, answer, client in
            try client.login(email, WireClient.password).expect(side == .before ? 200 : 401, "the old password")
            try client.login(email, new).expect(side == .before ? 401 : 200, "the new password")
            for session in [one, other] {
                try client.me(session.access).expect(side == .before ? 200 : 401, "an old access token")
                try client.refresh(session.refresh).expect(side == .before ? 200 : 400, "an old refresh token")
            }
            guard side == .after, let answer, answer.status == 200 else { return }
            try client.me(Tokens(answer).access).expect(200, "the new access token")
        }
    }
}

extension WireAnswer {
    func expect(_ status: Int, _ what: String) throws {
        guard self.status == status else { throw Failure("\(what): \(self.status) instead of \(status)") }
    }
}

extension WireClient {
    /// How many sessions the list has.
    fileprivate func sessions(_ access: String) throws -> Int {
        let answer = try exchange(WireRequest("GET", "/api/sessions/", [("Authorization", "Bearer \(access)")]))
        guard answer.status == 200 else { throw Failure("no list: \(answer)") }
        return answer.text.split(separator: "\"id\":").count - 1
    }
}
