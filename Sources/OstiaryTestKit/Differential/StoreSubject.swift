// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

/// A store under comparison, with the ids that it assigned to users.
struct StoreSubject {
    private let stores: Stores
    private var users: [User.ID] = []

    init(_ stores: Stores) { self.stores = stores }

    /// - Returns: the answer as text, in which users are given by the order of their creation.
    mutating func perform(_ operation: StoreOperation, at now: Timestamp) async throws -> String {
        switch operation {
        case .create(let email, let password, let text):
            var new = NewUser(email: email, encodedPassword: password)
            (new.username, new.firstName, new.lastName) = (text, text, text)
            let answer = try await stores.accounts.create(new, at: now)
            if case .created(let user) = answer { users.append(user.id) }
            return described(answer)
        case .user(let user): return described(try await stores.accounts.user(id: id(user)))
        case .credential(let email, let network):
            let answer = try await stores.accounts.credential(email: email, from: network)
            let lastSignIn = answer?.lastSignIn.map { "\($0.microseconds)" } ?? ""
            return "\(described(answer?.user)) \(answer?.encodedPassword ?? "") \(lastSignIn)"
        case .update(let user, let email, let username, let proof):
            let proofs: [ProfileChange.Proof] = [.authority, .password(verified: "one"), .none]
            let change = ProfileChange(
                email: email, username: username,
                proof: proofs.indices.contains(proof)
                    ? proofs[proof] : .session(stores.session(proof), authenticatedSince: now.adding(seconds: -500)))
            return described(try await stores.accounts.update(id: id(user), with: change, at: now))
        case .setActive(let user, let isActive):
            let answer = try await stores.accounts.setActive(isActive, id: id(user), at: now)
            return "\(described(answer?.user)) \(answer?.isChange == true) \(answer?.endedSessions ?? 0)"
        case .replacePassword(let user, let current, let new):
            return "\(try await stores.passwords.replacePassword(id: id(user), current: current, with: new))"
        case .resetPassword(let user, let new):
            return "\(try await stores.passwords.resetPassword(id: id(user), to: new, at: now))"
        case .delete(let user): return "\(try await stores.accounts.delete(id: id(user), at: now))"
        case .list(let user, let limit):
            return try await stores.accounts.list(after: id(user), limit: limit).map(described).joined(separator: "; ")
        case .open, .changePassword, .rotate, .session, .end, .standing, .countLive, .deleteExpired:
            return try await session(operation, at: now)
        default: return try await setting(operation, at: now)
        }
    }

    private func session(_ operation: StoreOperation, at now: Timestamp) async throws -> String {
        switch operation {
        case .open(let user, let number, let password, let text, let network, let lifetimes):
            let session = session(number, of: user, password, network, lifetimes, now)
            return
                "\(try await stores.sessions.open(session, in: .test(at: now, origin: ClientOrigin(userAgent: text))))"
        case .changePassword(let user, let number, let password, let new, let network, let lifetimes):
            let session = session(number, of: user, password, network, lifetimes, now)
            return "\(try await stores.passwords.changePassword(to: new, opening: session, at: now))"
        case .rotate(let presented, let successor, let key, let isThrottled, let lifetimes):
            var rotation = stores.rotation(presented, to: successor, key: key, lifetimes: lifetimes, at: now)
            rotation.request.isThrottled = isThrottled
            return described(try await stores.sessions.rotate(rotation))
        case .session(let token):
            let answer = try await stores.sessions.session(of: stores.digest(token))
            return answer?.description ?? "none"
        case .end(let token): return "\(try await stores.sessions.end(token: stores.digest(token), at: now))"
        case .standing(let session, let user):
            let answer = try await stores.sessions.standing(session: session.map(stores.session), user: id(user))
            let cutoff = answer?.cutoff.map { "\($0.microseconds)" } ?? ""
            return "\(described(answer?.user)) \(answer.map { "\($0.isSessionLive)" } ?? "") \(cutoff)"
        case .countLive(let seconds, let limit):
            let moment = now.adding(seconds: -seconds)
            return "\(try await stores.sessions.countLive(startedBy: moment, limit: limit, in: .test(at: now)))"
        default: return "\(try await stores.sessions.deleteExpired(at: now, limit: 100_000))"
        }
    }

    private func session(
        _ number: Int, of user: Int, _ password: String, _ network: Network?,
        _ lifetimes: TokenLifetimes, _ now: Timestamp
    ) -> NewSession {
        NewSession(
            stores.authenticated(number, id(user), at: now), proof: .password(verified: password),
            refreshToken: stores.digest(number), expiry: lifetimes.expiry(sessionStartedAt: now, now: now),
            network: network, limit: number % 12 == 0 ? 2 : nil
        )
    }

    private func setting(_ operation: StoreOperation, at now: Timestamp) async throws -> String {
        let context = RequestContext.test(at: now, by: .operator("test"))
        switch operation {
        case .set(let name, let value, let was):
            return "\(try await stores.settings.set(name, to: value, ifStill: seen(was, of: name), in: context))"
        case .unset(let name, let was):
            return "\(try await stores.settings.unset(name, ifStill: seen(was, of: name), in: context))"
        case .settings: return described(try await stores.settings.all().mapValues(\.shown))
        case .observe(let name, let text, let before, let late):
            let position = late ? -1 : try await stores.journal.position(of: name)
            let isRecorded = try await stores.journal.observe(
                name, text: text, before: before, at: position, in: context)
            return "\(isRecorded)"
        case .entries(let name, let limit):
            return try await stores.audit.entries(of: name, limit: limit).map(described).joined(separator: "; ")
        case .keep(let values):
            try await stores.journal.keep(values)
            return "kept"
        case .lastKnown: return described(try await stores.journal.lastKnown())
        case .claim(let fingerprint): return try await stores.keys.claim(fingerprint, of: .signingKey, at: now)
        default: return "not a setting"
        }
    }

    private func seen(_ value: Int?, of name: String) -> SeenSetting? {
        let setting = Setting(name: name, defaultValue: 0, range: Int.min...Int.max, help: "")
        return value.map { SeenSetting("\($0)", of: AnySetting(setting)) }
    }

    private func id(_ user: Int) -> User.ID { users.indices.contains(user) ? users[user] : .max }

    private func order(_ id: User.ID) -> String { users.firstIndex(of: id).map { "user \($0)" } ?? "somebody" }

    private func described(_ entry: AuditEntry) -> String {
        let about = [entry.session?.description, entry.network?.description, entry.cause, entry.object]
        let words = [entry.event.rawValue, entry.actor, entry.request ?? ""] + about.map { $0 ?? "" }
        let user = entry.user.map(order) ?? ""
        return "\(words) \(user) \(entry.changes) \(entry.count) \(entry.at.microseconds)"
    }

    private func described(_ user: User?) -> String {
        guard let user else { return "nobody" }
        let texts = [user.email, user.username, user.firstName, user.lastName].map { "\($0.debugDescription)" }
        let flags = [user.isActive, user.isStaff, user.isSuperuser]
        return "\(order(user.id)) \(texts) \(flags) \(user.lastLogin?.microseconds ?? 0)"
    }

    private func described(_ session: AuthenticatedSession) -> String {
        "\(order(session.user)) \(session.id) \(session.authentication)"
    }

    private func described(_ answer: AccountCreation) -> String {
        if case .created(let user) = answer { described(user) } else { "\(answer)" }
    }

    private func described(_ answer: ProfileUpdate) -> String {
        if case .updated(let user, let renamed) = answer { "\(described(user)) \(renamed)" } else { "\(answer)" }
    }

    private func described(_ answer: RotationOutcome) -> String {
        switch answer {
        case .rotated(let session, let expiry): "rotated \(described(session)) \(expiry)"
        case .replayed(let user, let session): "replayed \(order(user)) \(session)"
        case .repeated(let repetition):
            "repeated \(described(repetition.session)) \(repetition.successor) \(repetition.sealed) "
                + "\(repetition.accessExpiresAt)"
        case .reusedKey: "reusedKey"
        case .throttled: "throttled"
        case .refused: "refused"
        }
    }

    private func described(_ values: [String: String]) -> String {
        values.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: "; ")
    }
}
