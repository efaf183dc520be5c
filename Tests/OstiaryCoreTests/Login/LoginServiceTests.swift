// SPDX-License-Identifier: Apache-2.0

import OstiaryTestKit
import Synchronization
import Testing

@testable import OstiaryCore

@Suite("Login")
struct LoginServiceTests {
    @Test("every cause of a refusal is answered alike and audited without a name")
    func refusals() async throws {
        let services = try Services()
        _ = try await services.session()
        let address = try #require(EmailAddress("first@example.com"))
        let unknown = try #require(EmailAddress("nobody@example.com"))
        let origin = ClientOrigin()
        #expect(try await services.login.login(email: address, password: "wrong", in: services.context(origin)) == nil)
        #expect(
            try await services.login.login(email: unknown, password: "securepassword", in: services.context(origin))
                == nil)
        #expect(
            try await services.login.login(email: nil, password: "securepassword", in: services.context(origin)) == nil)
        _ = try await services.accounts.setActive(false, id: 1, in: services.context())
        #expect(
            try await services.login.login(email: address, password: "securepassword", in: services.context(origin))
                == nil)
        let refusals = try await services.entries.filter { $0.event == .loginRefused }
        #expect(
            Set(refusals.map(\.cause)) == ["wrong_password", "unknown_account", "inactive_account"])
        #expect(refusals.map(\.count).reduce(0, +) == 4)
        #expect(refusals.allSatisfy { $0.object?.contains("example") != true })
    }

    @Test("a login is recorded, a refresh is not")
    func lastLogin() async throws {
        let services = try Services()
        let pair = try await services.session()
        let moment = services.clock.now()
        services.clock.advance(seconds: 60)
        _ = try await services.refresh.refresh(try pair.token(), in: services.context())
        #expect(try await services.storage.user(id: 1)?.lastLogin == moment)
    }

    @Test("a hash of other parameters is renewed by the next login")
    func rehash() async throws {
        let services = try Services()
        let address = try #require(EmailAddress("first@example.com"))
        let old = try PasswordHasher(parameters: Argon2Parameters(memoryKiB: 16, passes: 1)).hash(
            Array("securepassword".utf8)
        )
        _ = try await services.storage.create(NewUser(email: address, encodedPassword: old))
        let pair = try await services.login.login(email: address, password: "securepassword", in: services.context())
        #expect(pair != nil)
        let stored = try #require(try await services.storage.credential(email: address)).encodedPassword
        #expect(stored != old && stored.contains("m=8,"))
        #expect(
            try await services.login.login(email: address, password: "securepassword", in: services.context()) != nil
        )
    }

    @Test("sixteen logins that renew one hash at once all succeed")
    func concurrentRehash() async throws {
        let services = try Services()
        let address = try #require(EmailAddress("first@example.com"))
        let old = try PasswordHasher(parameters: Argon2Parameters(memoryKiB: 16, passes: 1)).hash(
            Array("securepassword".utf8)
        )
        _ = try await services.storage.create(NewUser(email: address, encodedPassword: old))
        let pairs = try await withThrowingTaskGroup(of: TokenPair?.self) { group in
            for _ in 0..<16 {
                group.addTask {
                    try await services.login.login(email: address, password: "securepassword", in: services.context())
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(pairs.allSatisfy { $0 != nil })
    }

    @Test("a hash that cannot be renewed now keeps nobody out")
    func busy() async throws {
        let services = try Services()
        let address = try #require(EmailAddress("first@example.com"))
        let parameters = Argon2Parameters(memoryKiB: 16, passes: 1)
        let old = try PasswordHasher(parameters: parameters).hash(Array("securepassword".utf8))
        _ = try await services.storage.create(NewUser(email: address, encodedPassword: old))
        // There is room to begin, to look up and for the first hash, which verifies, and none for the second.
        let asked = Mutex(0)
        let passwords = Passwords(hasher: PasswordHasher(parameters: .cheap), threads: 1) {
            asked.withLock { asked in
                asked += 1
                return .seconds(asked <= 3 ? 60 : -1)
            }
        }
        let login = LoginService(
            accounts: services.storage, sessions: services.storage, passwordStore: services.storage,
            passwords: passwords,
            opener: services.opener, throttling: .off, refusals: services.refusals
        )
        #expect(try await login.login(email: address, password: "securepassword", in: services.context()) != nil)
        #expect(asked.withLock { $0 } == 4)
        #expect(try await services.storage.credential(email: address)?.encodedPassword == old)
    }

    @Test("tokens live as long as the settings say, and no longer than the session")
    func lifetimes() async throws {
        let services = try Services()
        _ = try await services.settings.set("ACCESS_TOKEN_LIFETIME", to: "600", in: .test())
        _ = try await services.settings.set("SESSION_MAX_LIFETIME", to: "900", in: .test())
        let pair = try await services.session()
        let start = services.clock.now()
        let token = try services.codec.verify(pair.accessToken, now: start)
        #expect(token.expiresAt == start.adding(seconds: 600))
        #expect(token.issuedAt == start)
        services.clock.advance(seconds: 500)
        let next = try #require(
            try await services.refresh.refresh(try pair.token(), in: services.context())
        )
        #expect(
            try services.codec.verify(next.accessToken, now: services.clock.now()).expiresAt
                == start.adding(seconds: 900)
        )
    }
}
