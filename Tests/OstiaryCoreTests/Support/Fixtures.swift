// SPDX-License-Identifier: Apache-2.0

import Crypto
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
    let memory: IdentityCache
    let lease = Lease()
    let refusals = RefusalCounter(digest: AddressDigest(key: SymmetricKey(size: .bits256)))
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

    /// - Parameter throttle: nil for none, since most tests do more than a client would.
    init(throttle: ((TestClock) -> any Throttle)? = nil) throws {
        let lease = self.lease
        let memory = IdentityCache { lease.isHeld }
        self.memory = memory
        self.storage = MemoryStorage { memory.receive(.changes($0)) }
        self.settings = try DynamicSettings(store: storage, logger: Logger(label: "test"), now: clock.now)
        self.codec = AccessTokenCodec(keys: KeyRing(signing: try SigningKey.test()), acceptsLegacy: true)
        let (settings, root) = (self.settings, try RootSecret.test())
        throttling = throttle.map { [clock] in Throttling($0(clock), settings: settings, root: root) } ?? .off
    }

    /// Audited so far, the oldest first, refusals too.
    var entries: [AuditEntry] {
        get async throws {
            try await refusals.write(to: storage, in: context())
            return try await storage.entries().reversed()
        }
    }
    /// Of those.
    var events: [AuditEvent] { get async throws { try await entries.map(\.event) } }
    var issuer: TokenIssuer { TokenIssuer(codec: codec) }
    var opener: SessionOpener { SessionOpener(issuer: issuer, settings: settings, now: clock.now) }
    var registration: RegistrationService {
        RegistrationService(
            accounts: storage, passwords: passwords, settings: settings, throttling: throttling
        )
    }
    var profile: ProfileService {
        ProfileService(
            accounts: storage, passwords: passwordChange, throttling: throttling
        )
    }
    var login: LoginService {
        LoginService(
            accounts: storage, sessions: storage, passwordStore: storage, passwords: passwords, opener: opener,
            throttling: throttling, refusals: refusals
        )
    }
    var refresh: RefreshService {
        RefreshService(
            sessions: storage, issuer: issuer, settings: settings, throttling: throttling
        )
    }
    var passwordChange: PasswordChangeService {
        PasswordChangeService(
            accounts: storage, passwordStore: storage, passwords: passwords, opener: opener, settings: settings,
            throttling: throttling, refusals: refusals
        )
    }
    var logout: LogoutService { LogoutService(sessions: storage) }
    var identity: IdentityService {
        IdentityService(codec: codec, sessions: storage, memory: memory, now: clock.now)
    }
    var accounts: AccountService { AccountService(accounts: storage, passwordStore: storage, passwords: passwords) }

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

extension RootSecret {
    static func test() throws -> RootSecret { try #require(RootSecret([UInt8](repeating: 9, count: 32))) }
}

extension SigningKey {
    static func test(_ byte: UInt8 = 7) throws -> SigningKey {
        try #require(SigningKey(secret: [UInt8](repeating: byte, count: 32)))
    }
}

extension TokenPair {
    func token() throws -> RefreshToken { try #require(RefreshToken(refreshToken)) }
}
