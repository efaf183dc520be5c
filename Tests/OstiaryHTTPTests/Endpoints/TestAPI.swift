// SPDX-License-Identifier: Apache-2.0

import Crypto
import HTTPTypes
import Logging
import OstiaryCore
import OstiaryTestKit
import Synchronization
import Testing

@testable import OstiaryHTTP

/// The responder on stores in memory, asked without a network.
struct TestAPI: Sendable {
    let storage: MemoryStorage
    let responder: APIResponder
    private let identities: IdentityCache
    private let clientMemory: ClientMemory

    struct Answer {
        let status: Int
        let headers: HTTPFields
        let body: String
    }

    /// - Parameters:
    ///   - storage: an empty one, which the extra endpoints may use too.
    ///   - extra: endpoints beside those of the product.
    ///   - sessions: stands in for the storage's own.
    ///   - throttle: nil for none.
    ///   - remembers: true to answer from memory; ``receive(_:)`` reports changes.
    init(
        on storage: MemoryStorage = MemoryStorage(), extra: [Endpoint] = [], sessions: (any SessionStore)? = nil,
        trustedHops: Int = 0,
        throttle: (any Throttle)? = nil, remembers: Bool = false, isDraining: Bool = false,
        judge: @escaping APIResponder.DemandCheck = { _, _, _ in .denied }
    ) throws {
        self.storage = storage
        let refusals = RefusalCounter(digest: AddressDigest(key: SymmetricKey(size: .bits256)))
        let store = sessions ?? storage
        let passwords = Passwords(
            hasher: PasswordHasher(parameters: Argon2Parameters(memoryKiB: 8, passes: 1)), threads: 1
        )
        let settings = try DynamicSettings(store: storage, logger: Logger(label: "test"))
        let root = try #require(RootSecret([UInt8](repeating: 2, count: 32)))
        let key = try #require(SigningKey(secret: [UInt8](repeating: 1, count: 32)))
        let codec = AccessTokenCodec(keys: KeyRing(signing: key))
        let issuer = TokenIssuer(codec: codec)
        let opener = SessionOpener(issuer: issuer, settings: settings)
        let throttling = throttle.map { Throttling($0, settings: settings, root: root) } ?? .off
        let endpoints =
            RegistrationController(
                registration: RegistrationService(
                    accounts: storage, passwords: passwords, settings: settings, throttling: throttling)
            ).endpoints
            + LoginController(
                login: LoginService(
                    accounts: storage, sessions: store, passwordStore: storage, passwords: passwords, opener: opener,
                    throttling: throttling, refusals: refusals)
            ).endpoints
            + RefreshController(
                refresh: RefreshService(
                    sessions: store, issuer: issuer, settings: settings, throttling: throttling)
            ).endpoints
            + LogoutController(logout: LogoutService(sessions: store)).endpoints
            + ProfileController(
                profile: ProfileService(
                    accounts: storage,
                    passwords: PasswordChangeService(
                        accounts: storage, passwordStore: storage, passwords: passwords, opener: opener,
                        settings: settings,
                        throttling: throttling, refusals: refusals),
                    throttling: throttling)
            ).endpoints
        identities = IdentityCache { remembers }
        clientMemory = ClientMemory(store: storage) { remembers }
        let identity = IdentityService(codec: codec, sessions: store, memory: identities)
        let introspection = IntrospectionController(
            introspection: IntrospectionService(identity: identity, sessions: store, settings: settings),
            revocation: TokenRevocationService(
                identity: identity, logout: LogoutService(sessions: store), sessions: store))
        let clients = ClientService(memory: clientMemory, throttling: throttling)
        self.responder = APIResponder(
            endpoints: endpoints + introspection.endpoints + extra, identity: identity,
            trustedHops: trustedHops, isDraining: { isDraining }, clients: ClientGuard(clients), judge: judge
        )
    }

    /// Reports a change of the storage.
    func receive(_ notice: ChangeNotice) {
        identities.receive(notice)
        clientMemory.receive(notice)
    }

    /// Registers the first account and logs in.
    func token() async throws -> String {
        let account = #"{"email":"first@example.com","password":"securepassword"}"#
        _ = try await ask(.post, "/api/register/", json: account)
        let answer = try await ask(.post, "/api/login/", json: account)
        let json = try JSONReader.read(Array(answer.body.utf8))
        guard case .object(let object) = json, case .string(let token) = object["access_token"] else {
            throw StoreUnavailable(reason: answer.body)
        }
        return token.text
    }

    func ask(
        _ method: HTTPRequest.Method, _ path: String, headers: HTTPFields = [:], json: String? = nil
    ) async throws -> Answer {
        var headers = headers
        if json != nil { headers[.contentType] = "application/json" }
        let request = IncomingRequest(
            method, path, authority: "x", fields: headers, body: .init(Array((json ?? "").utf8)), id: Self.requestID)
        let response = await responder.respond(to: request)
        return Answer(
            status: response.status.code, headers: response.fields,
            body: String(decoding: response.body, as: UTF8.self))
    }

    static let requestID = RequestID()
}
