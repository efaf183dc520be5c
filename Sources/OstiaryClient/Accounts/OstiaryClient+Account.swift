// SPDX-License-Identifier: Apache-2.0

extension OstiaryClient {
    /// The account that is logged in.
    public func me() async throws -> Account {
        try await send(.get("/api/me/")).checked().decode()
    }

    /// Changes the account.
    /// - Parameters:
    ///   - username: the new display name; nil to keep it.
    ///   - email: the new address; nil to keep it. Where the server sends mail, use
    ///     ``requestEmailChange(to:password:)``.
    ///   - currentPassword: the password, for another address if the login is more than 10 minutes old.
    /// - Throws: ``ClientError/refused(_:)`` with the fields that are wrong.
    @discardableResult
    public func update(
        username: String? = nil, email: String? = nil, currentPassword: String? = nil
    ) async throws -> Account {
        let fields = ["username": username, "email": email, "current_password": currentPassword]
        let request = try Request.put("/api/me/", json: fields.compactMapValues { $0 })
        return try await send(request).checked().decode()
    }

    /// Asks for a message to a new address, whose link moves the account there.
    /// - Parameters:
    ///   - email: the new address.
    ///   - password: the password.
    public func requestEmailChange(to email: String, password: String) async throws {
        try await send(.post("/api/email/change/", json: ["email": email, "password": password])).checked()
    }

    /// Moves the account to a new address by the token of a message. All sessions end but the one that asked.
    /// - Parameter token: the token at the end of the link.
    /// - Returns: the account with its new address.
    /// - Throws: ``ClientError/refused(_:)`` with ``RefusalCode/invalidLink``.
    @discardableResult
    public func confirmEmailChange(token: String) async throws -> Account {
        try await sendAnonymously(.post("/api/email/change/confirm/", json: ["token": token])).checked().decode()
    }

    /// Changes the password. All sessions of the account end; the storage gets the tokens of a new one.
    ///
    /// If the answer is lost, the password may have changed all the same, and the next request tells that the session is
    /// over: log in with the new password then.
    /// - Parameters:
    ///   - current: the password.
    ///   - new: the new password.
    /// - Throws: ``ClientError/refused(_:)`` with the fields that are wrong.
    public func changePassword(from current: String, to new: String) async throws {
        let fields = ["current_password": current, "new_password": new]
        try await keeper.sendAlone(.post("/api/password/", json: fields)) { answer in
            guard answer.status == 200 else { return .stays }
            guard let session = StoredSession(answer) else {
                throw ClientError.unexpectedAnswer(status: answer.status)
            }
            return .goesOn(session)
        }.checked()
    }

    /// Asks for a message with a link for a new password. The outcome is the same for every address.
    /// - Parameter email: the address of the account.
    public func passwordReset(for email: String) async throws {
        try await sendAnonymously(.post("/api/password/reset/", json: ["email": email])).checked()
    }

    /// Sets a password by the token of a message. All sessions of the account end, and nobody is logged in.
    /// - Parameters:
    ///   - token: the token at the end of the link.
    ///   - password: the new password.
    /// - Throws: ``ClientError/refused(_:)`` with ``RefusalCode/invalidLink``, or with the fields that are wrong.
    public func passwordReset(token: String, newPassword password: String) async throws {
        let fields = ["token": token, "new_password": password]
        try await sendAnonymously(.post("/api/password/reset/confirm/", json: fields)).checked()
    }

    /// Deletes the account with everything that belongs to it.
    /// - Parameter password: the password.
    /// - Throws: ``ClientError/refused(_:)`` with the field `password`.
    public func deleteAccount(password: String) async throws {
        try await keeper.sendAlone(.delete("/api/me/", json: ["password": password])) { answer in
            answer.status == 204 ? .ends(.accountDeleted) : .stays
        }.checked()
    }
}
