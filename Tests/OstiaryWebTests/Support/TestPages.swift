// SPDX-License-Identifier: Apache-2.0

import Crypto
import HTTPTypes
import Logging
import OstiaryCore
import OstiaryHTTP
import OstiaryTestKit
import Testing

@testable import OstiaryWeb

/// Sites before the API on stores in memory, asked without a network. The types by which pages take requests and give
/// answers are used in this file only.
struct TestPages: Sendable {
    struct Page {
        let status: Int
        let headers: HTTPFields
        let text: String
    }

    /// A site that shows its prefix, and says a sentence when it is asked to save.
    struct TestSite: Site {
        let prefix: String
        var isOpen = true
        var navigation: [NavigationLink] { [NavigationLink(prefix, to: prefix)] }
        var notices: [Notice] { [Notice("saved", "It is saved.")] }

        func admits(_ visitor: PageSession) -> Bool { isOpen || visitor.isStaff }

        func answer(_ request: inout PageRequest) async throws -> OutgoingResponse {
            if request.visit.query("save") != nil { return request.redirect(to: prefix, saying: notices[0]) }
            var frame = request.frame()
            frame.title = prefix
            return request.page(frame.page("<p>\(prefix)</p>"), .ok)
        }
    }

    private let shell: PageShell
    private let responder: APIResponder

    /// - Parameter sites: the pages of the API unless they are given.
    init(_ sites: [any Site]? = nil, isSecure: Bool = true, publicURL: String? = nil) throws {
        let operations =
            RegistrationController.operations + LoginController.operations + RefreshController.operations
            + LogoutController.operations + ProfileController.operations
        shell = PageShell(
            sites ?? [
                BrowsableAPI(operations: operations, address: "https://a", audience: .everybody, version: "1.2.3")
            ],
            key: SymmetricKey(size: .bits256), publicURL: try publicURL.flatMap(PublicURL.init(_:)), isSecure: isSecure,
            isStaff: { _ in false })
        responder = try Self.api()
    }

    func ask(
        _ method: HTTPRequest.Method = .get, _ path: String, headers: HTTPFields = [:], body: [UInt8]? = []
    ) async throws -> Page {
        let request = IncomingRequest(
            method, path, authority: "a", fields: headers, body: body.map { .init($0) } ?? .tooLarge)
        let reply = try await shell.answer(request, api: InProcessAPI(responder: responder, visit: request))
        return Page(
            status: reply.status.code, headers: reply.fields, text: String(decoding: reply.body, as: UTF8.self))
    }

    private static let logger: Logger = {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        return logger
    }()

    private static func api() throws -> APIResponder {
        let storage = MemoryStorage()
        let refusals = RefusalCounter(digest: AddressDigest(key: SymmetricKey(size: .bits256)))
        let passwords = Passwords(
            hasher: PasswordHasher(parameters: Argon2Parameters(memoryKiB: 8, passes: 1)), threads: 1)
        let settings = try DynamicSettings(store: storage, logger: logger)
        let key = try #require(SigningKey(secret: [UInt8](repeating: 1, count: 32)))
        let codec = AccessTokenCodec(keys: KeyRing(signing: key))
        let issuer = TokenIssuer(codec: codec)
        let opener = SessionOpener(issuer: issuer, settings: settings)
        let changes = PasswordChangeService(
            accounts: storage, passwordStore: storage, passwords: passwords, opener: opener, settings: settings,
            throttling: .off, refusals: refusals)
        let registration = RegistrationService(
            accounts: storage, passwords: passwords, settings: settings, throttling: .off)
        let login = LoginService(
            accounts: storage, sessions: storage, passwordStore: storage, passwords: passwords, opener: opener,
            throttling: .off, refusals: refusals)
        let refresh = RefreshService(sessions: storage, issuer: issuer, settings: settings, throttling: .off)
        let profile = ProfileService(accounts: storage, passwords: changes, throttling: .off)
        return APIResponder(
            endpoints: RegistrationController(registration: registration).endpoints
                + LoginController(login: login).endpoints + RefreshController(refresh: refresh).endpoints
                + LogoutController(logout: LogoutService(sessions: storage)).endpoints
                + ProfileController(profile: profile).endpoints,
            identity: IdentityService(codec: codec, sessions: storage, memory: IdentityCache { false })
        )
    }
}

extension HTML {
    var text: String { String(decoding: bytes(under: ""), as: UTF8.self) }
}

/// The page of an operation that has not been asked yet.
func page(of operation: APIOperation) -> String {
    let place = EndpointIndex.Entry(path: operation.path, endpoints: [operation], argument: nil)
    let view = OperationView(
        operation, place: place, path: operation.path, form: nil, isMain: true, reply: OutgoingResponse(.ok),
        present: nil,
        address: "http://a")
    return view.html(Frame()).text
}

/// The operations that a directory finds at a path; nil where there is no place.
func place(
    _ path: String, among operations: [APIOperation]
) -> (path: String, methods: [String], argument: String?)? {
    EndpointIndex(operations)[path].map { ($0.path, $0.endpoints.map(\.method.rawValue), $0.argument) }
}
