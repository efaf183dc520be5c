// SPDX-License-Identifier: Apache-2.0

package import OstiaryCore

extension RequestContext {
    /// The context of a call in a test.
    package static func test(
        at now: Timestamp = Timestamp.now(),
        origin: ClientOrigin = ClientOrigin(address: IPAddress("192.0.2.1"), userAgent: "test"),
        by actor: Actor = .client
    ) -> RequestContext {
        RequestContext(id: "request-1", actor: actor, now: now, origin: { origin })
    }
}

extension AuditStore {
    /// Reads the entries of one event or one object, or all, the newest first.
    package func entries(
        of object: String? = nil, event: AuditEvent? = nil, limit: Int = 1_000
    ) async throws -> [AuditEntry] {
        try await entries(AuditQuery(object: object, event: event, limit: limit), in: .test())
    }
}

extension AuditEntry {
    /// The old value of the first change.
    package var old: String? { changes.first?.old }
    /// The new value of the first change.
    package var new: String? { changes.first?.new }
}

/// The calls of the store in a context of tests.
extension AccountStore {
    package func create(_ user: NewUser, at now: Timestamp = Timestamp.now()) async throws -> AccountCreation {
        try await create(user, in: .test(at: now))
    }
    package func user(id: User.ID) async throws -> User? { try await user(id: id, in: .test()) }
    package func credential(email: EmailAddress, from network: Network? = nil) async throws -> PasswordRecord? {
        try await credential(email: email, from: network, in: .test())
    }
    package func update(id: User.ID, with change: ProfileChange, at now: Timestamp) async throws -> ProfileUpdate {
        try await update(id: id, with: change, in: .test(at: now))
    }
    @discardableResult
    package func setActive(_ isActive: Bool, id: User.ID, at now: Timestamp) async throws -> Activation? {
        try await setActive(isActive, id: id, in: .test(at: now))
    }
    package func delete(id: User.ID, at now: Timestamp) async throws -> Bool {
        try await delete(id: id, in: .test(at: now))
    }
    package func delete(id: User.ID, verifiedPassword verified: String, at now: Timestamp) async throws -> Bool {
        try await delete(id: id, proof: .password(verified: verified), in: .test(at: now))
    }
    package func list(after id: User.ID, limit: Int) async throws -> [User] {
        try await list(after: id, limit: limit, in: .test())
    }
}

/// The calls of the store in a context of tests.
extension SessionStore {
    package func open(_ session: NewSession, at now: Timestamp) async throws -> SessionOpening {
        try await open(session, in: .test(at: now))
    }
    package func session(of token: RefreshTokenDigest) async throws -> SessionID? {
        try await session(of: token, in: .test())
    }
    package func rotate(_ rotation: Rotation) async throws -> RotationOutcome {
        try await rotate(rotation, in: .test(at: rotation.now))
    }
    package func end(token: RefreshTokenDigest, at now: Timestamp) async throws -> SessionEnding {
        try await end(token: token, in: .test(at: now))
    }
    package func list(
        of user: User.ID, after last: SessionID?, at now: Timestamp, limit: Int
    ) async throws -> [SessionRecord] {
        try await list(of: user, after: last, limit: limit, in: .test(at: now))
    }
    package func end(_ session: SessionID, of user: User.ID, at now: Timestamp) async throws -> Bool {
        try await end(session, of: user, in: .test(at: now))
    }
    @discardableResult
    package func endAll(of user: User.ID, but kept: SessionID?, at now: Timestamp) async throws -> Int {
        try await endAll(of: user, but: kept, in: .test(at: now))
    }
    package func standing(session: SessionID?, user: User.ID) async throws -> SessionStatus? {
        try await standing(session: session, user: user, in: .test())
    }
}

/// The calls of the store in a context of tests.
extension PasswordStore {
    package func replacePassword(id: User.ID, current: String, with encoded: String) async throws -> Bool {
        try await replacePassword(id: id, current: current, with: encoded, in: .test())
    }
    package func resetPassword(id: User.ID, to encoded: String, at now: Timestamp) async throws -> Bool {
        try await resetPassword(id: id, to: encoded, in: .test(at: now))
    }
    package func changePassword(
        to encoded: String, opening session: NewSession, at now: Timestamp
    ) async throws -> SessionOpening {
        try await changePassword(to: encoded, opening: session, in: .test(at: now))
    }
}
