// SPDX-License-Identifier: Apache-2.0

import Logging
import OstiaryTestKit
import Synchronization
import Testing

@testable import OstiaryCore

/// A clock that stands until it is told to move.
final class TestClock: Sendable {
    private let moment: Mutex<Timestamp>

    init(_ moment: Timestamp = Timestamp(seconds: 1_800_000_000)) { self.moment = Mutex(moment) }

    var now: WallClock { { self.moment.withLock { $0 } } }

    func advance(seconds: Int) { moment.withLock { $0 = $0.adding(seconds: seconds) } }
}

/// Everything in memory, with cheap password hashes.
struct Services: Sendable {
    let clock = TestClock()
    let storage: MemoryStorage
    let memory: IdentityMemory
    let lease = Lease()
    let events = Events()
    let passwords = Passwords(hasher: PasswordHasher(parameters: .cheap), threads: 2)
    let throttling: Throttling
    let settings: DynamicSettings
    let codec: AccessTokenCodec

    final class Lease: Sendable {
        private let held = Mutex(true)
        var isHeld: Bool {
            get { held.withLock { $0 } }
            set { held.withLock { $0 = newValue } }
        }
    }

    final class Events: Sendable {
        private let list = Mutex<[AuditEvent]>([])
        var all: [AuditEvent] { list.withLock { $0 } }
        func add(_ event: AuditEvent) { list.withLock { $0.append(event) } }
    }

    /// - Parameter throttle: nil for none, since most tests do more than a client would.
    init(throttle: ((TestClock) -> any Throttle)? = nil) throws {
        let lease = self.lease
        let memory = IdentityMemory { lease.isHeld }
        self.memory = memory
        self.storage = MemoryStorage { memory.receive(.changes($0)) }
        self.settings = try DynamicSettings(store: storage, logger: Logger(label: "test"), now: clock.now)
        self.codec = AccessTokenCodec(keys: KeyRing(signing: try .test()), acceptsLegacy: true)
        let (settings, key) = (self.settings, try SigningKey.test())
        throttling = throttle.map { [clock] in Throttling($0(clock), settings: settings, key: key) } ?? .off
    }

    var audit: Audit { Audit { [events] event, _ in events.add(event) } }
    var issuer: TokenIssuer { TokenIssuer(codec: codec) }
    var registration: RegistrationService {
        RegistrationService(
            accounts: storage, passwords: passwords, settings: settings, throttling: throttling, audit: audit
        )
    }
    var profile: ProfileService {
        ProfileService(
            accounts: storage, passwords: passwordChange, throttling: throttling, audit: audit
        )
    }
    var login: LoginService {
        LoginService(
            accounts: storage, sessions: storage, passwords: passwords, issuer: issuer, settings: settings,
            throttling: throttling, audit: audit, now: clock.now
        )
    }
    var refresh: RefreshService {
        RefreshService(
            sessions: storage, issuer: issuer, settings: settings, throttling: throttling, audit: audit
        )
    }
    var passwordChange: PasswordChangeService {
        PasswordChangeService(
            accounts: storage, sessions: storage, passwords: passwords, issuer: issuer, settings: settings,
            throttling: throttling, audit: audit, now: clock.now
        )
    }
    var logout: LogoutService { LogoutService(sessions: storage, audit: audit) }
    var identity: IdentityService {
        IdentityService(codec: codec, sessions: storage, memory: memory, now: clock.now)
    }
    var accounts: AccountService { AccountService(accounts: storage, passwords: passwords) }

    /// A request at this moment.
    func context(_ origin: ClientOrigin = ClientOrigin()) -> RequestContext {
        .test(at: clock.now(), origin: origin)
    }

    /// Registers and logs in.
    func session(_ email: String = "first@example.com") async throws -> TokenPair {
        let address = try #require(EmailAddress(email))
        _ = try await registration.register(email: address, password: "securepassword", in: context())
        return try #require(
            try await login.login(email: address, password: "securepassword", in: context())
        )
    }
}

extension Argon2Parameters {
    static let cheap = Argon2Parameters(memoryKiB: 8, passes: 1)
}

extension SigningKey {
    static func test(_ byte: UInt8 = 7) throws -> SigningKey {
        try #require(SigningKey(secret: [UInt8](repeating: byte, count: 32)))
    }
}

extension TokenPair {
    func token() throws -> RefreshToken { try #require(RefreshToken(refreshToken)) }
}
