// SPDX-License-Identifier: Apache-2.0

extension OstiaryClient {
    /// Creates an account. It logs nobody in.
    /// - Parameters:
    ///   - email: the address to log in with.
    ///   - password: the password.
    /// - Throws: ``ClientError/refused(_:)`` with the fields that are wrong.
    public func register(email: String, password: String) async throws -> Registration {
        let request = try Request.post("/api/register/", json: ["email": email, "password": password])
        let answer = try await sendAnonymously(request).checked()
        return answer.status == 202 ? .mailSent : .created(try answer.decode())
    }

    /// Creates the account of a registration by the token of a message, and logs in.
    /// - Parameters:
    ///   - token: the token at the end of the link.
    ///   - password: the password that was chosen.
    @discardableResult
    public func completeRegistration(token: String, password: String) async throws -> Login {
        try await enter(.post("/api/register/confirm/", json: ["token": token, "password": password]))
    }

    /// Logs in. A session that is stored already is replaced, but not ended on the server: log out first.
    /// - Parameters:
    ///   - email: the address of the account.
    ///   - password: the password.
    /// - Throws: ``ClientError/refused(_:)`` with ``RefusalCode/invalidCredentials`` or ``RefusalCode/throttled``.
    @discardableResult
    public func login(email: String, password: String) async throws -> Login {
        try await enter(.post("/api/login/", json: ["email": email, "password": password]))
    }

    /// Ends the session.
    /// - Throws: ``ClientError/signedOut`` if there is none; another ``ClientError`` if the server could not be told, and
    ///   then the session is still there.
    public func logout() async throws {
        _ = try await keeper.alone { [line = keeper.line] session in
            guard let session else { throw ClientError.signedOut }
            let request = try Request.post("/api/logout/", json: ["refresh_token": session.refreshToken])
            let answer = try await line.send(request, bearer: nil)
            // The token is unknown only if the session is over, or if an answer to this very request was lost.
            guard answer.status == 200 || answer.refusal?.code == .invalidRefreshToken else {
                try answer.checked()
                throw ClientError.unexpectedAnswer(status: answer.status)
            }
            return (answer, .ends(.loggedOut))
        }
    }

    /// The request is outside of the turn: others may go on with the old session until the new one is there.
    private func enter(_ request: Request) async throws -> Login {
        let answer = try await sendAnonymously(request).checked()
        guard let session = StoredSession(answer) else { throw ClientError.unexpectedAnswer(status: answer.status) }
        _ = try await keeper.alone { _ in (answer, .begins(session)) }
        let flag = try answer.decode(Flag.self)
        return Login(isPasswordChangeRequired: flag.isRequired ?? false)
    }

    private struct Flag: Decodable {
        let isRequired: Bool?

        enum CodingKeys: String, CodingKey {
            case isRequired = "password_change_required"
        }
    }
}
