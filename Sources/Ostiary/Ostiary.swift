// SPDX-License-Identifier: Apache-2.0

import Logging
public import OstiaryCore
public import OstiaryHTTP
public import OstiarySQL
public import OstiaryServer
public import ServiceLifecycle
import Synchronization

/// Accounts, sessions and their API inside an application.
///
/// It has no effect beyond itself: it handles no signal, reads no environment, sets no factory of logs or metrics, and
/// never ends the process, so an application may have several. Run it in the application's service group:
/// ```swift
/// let ostiary = try await Ostiary(.sqlite("data/app.db"), secret: .file("data/secret.key"))
/// let router = Router(context: AppContext.self)
/// ostiary.mount(on: router)
/// let app = Application(router: router, services: [ostiary])
/// try await app.runService()
/// ```
public final class Ostiary: Service {
    private let backend: Backend
    private let database: any SQLDatabase
    private let hooks: Hooks
    private let now: WallClock
    private let api = Mutex(API.open([]))

    private enum API {
        /// Endpoints can be added.
        case open([Endpoint])
        case composed(Composed)
    }

    /// Opens the database, applies pending migrations and reads the settings.
    /// - Parameters:
    ///   - database: the place of accounts and sessions.
    ///   - secret: the secret that signs tokens.
    ///   - options: everything that has a default.
    /// - Throws: ``OstiaryServer/ConfigurationError`` with every malformed option; ``OstiaryServer/StartError`` if the
    ///   database or the secret cannot be used.
    public convenience init(_ database: Database, secret: Secret, options: Options = Options()) async throws {
        try await self.init(database, secret: secret, options: options, now: Timestamp.now)
    }

    /// - Parameter now: the wall clock.
    package init(
        _ database: Database, secret: Secret, options: Options, now: @escaping WallClock
    ) async throws {
        let configuration = try options.configuration(database, secret)
        let logger = options.logger
        self.now = now
        for warning in configuration.warnings { logger.warning("\(warning)") }
        hooks = Hooks(logger: logger)
        let installation = try Installation(
            configuration, features: options.features, creates: true,
            audit: AuditLog(logger: logger, addresses: .full), hooks: hooks, mailSending: options.mail?.transport,
            now: now, logger: logger)
        self.database = installation.database
        do { backend = try await Backend(installation, logger: logger) } catch {
            installation.close()
            throw error
        }
    }

    /// The use cases, for code without HTTP.
    public var services: Services { backend.services }

    /// Makes the context of a call without a request, with a deadline in five seconds.
    /// - Parameter actor: the author of the call, for the audit log.
    public func context(by actor: RequestContext.Actor = .system) -> RequestContext {
        RequestContext(actor: actor, deadline: ContinuousClock.now + .seconds(5), now: now())
    }

    /// The current values of all settings.
    public var settings: DynamicSettings { backend.services.administration.settings }

    /// The answers to requests for the API and its pages, for an application whose server is not Hummingbird.
    public var responder: any Responder { composed.responder }

    /// The judge of requests to the application's own routes.
    package var gate: APIResponder { composed.gate }

    /// Adds an endpoint of the application. It appears in the description and in the pages as those of the product do.
    ///
    /// Call it before ``mount(on:)``, ``required(_:)`` and ``responder``; later it ends the process, since requests would
    /// not find the endpoint.
    /// - Parameter endpoint: an operation with its handler.
    public func endpoint(_ endpoint: Endpoint) {
        api.withLock { api in
            guard case .open(let endpoints) = api else {
                preconditionFailure("\(endpoint.path) is added after mount(), required(), optional() or responder")
            }
            api = .open(endpoints + [endpoint])
        }
    }

    /// Adds an endpoint whose handler gets the proven identity of the caller. See ``endpoint(_:)``.
    /// - Parameters:
    ///   - operation: an operation that requires an access token (RFC 6750).
    ///   - handler: answers a request; it throws a ``OstiaryHTTP/Refusal`` to refuse the
    ///     request.
    public func endpoint(
        _ operation: APIOperation, handler: @escaping @Sendable (Call, Identity) async throws -> Answer
    ) {
        endpoint(Endpoint(operation, handler: handler))
    }

    /// Adds a hook to the transaction of an effect. The effect and the hook's own rows are kept together or not at all.
    ///
    /// The hook may run again, after a conflict or a lost connection, so it must have no effect but on the transaction.
    /// Other writes wait for it: one that takes more than 100 ms is named in the log.
    /// - Parameters:
    ///   - point: the effect.
    ///   - name: the name of the hook in the log; its place in the sources by default.
    ///   - file: the file of the call.
    ///   - line: the line of the call.
    ///   - hook: changes rows of the application. If it throws, nothing has happened; a ``OstiaryHTTP/Refusal`` becomes the
    ///     answer, such as `Refusal.field("email", code: "domain", "Use the address of your company.")`.
    public func on(
        _ point: HookPoint, name: String? = nil, file: String = #fileID, line: Int = #line,
        _ hook: @escaping TransactionHook
    ) {
        hooks.add(name ?? "\(file):\(line)", at: point, hook)
    }

    /// Adds a hook that runs after the commit of an effect, in the order of the commits, while ``run()`` runs.
    ///
    /// It is lost if the process ends before. Work that must not be lost belongs to rows that a hook of ``on(_:name:file:line:_:)``
    /// writes.
    /// - Parameters:
    ///   - event: the event of the effect's audit entry. Refused logins have entries that no hook is told of.
    ///   - name: the name of the hook in the log; its place in the sources by default.
    ///   - file: the file of the call.
    ///   - line: the line of the call.
    ///   - hook: called once for each effect that this process commits; it is cancelled after ten seconds.
    public func after(
        _ event: AuditEvent, name: String? = nil, file: String = #fileID, line: Int = #line,
        _ hook: @escaping CommittedHook
    ) {
        hooks.add(name ?? "\(file):\(line)", after: event, hook)
    }

    /// Runs a closure on one snapshot of the application's own tables.
    /// - Parameter body: reads rows; it may run again.
    /// - Throws: the error of the closure, or ``OstiaryCore/StoreUnavailable``.
    public func read<Value: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws -> Value
    ) async throws -> Value {
        try await database.fetch(body)
    }

    /// Runs a closure in one transaction on the application's own tables; nothing is kept if it throws.
    /// - Parameter body: reads and writes rows; it may run again.
    /// - Throws: the error of the closure, or ``OstiaryCore/StoreUnavailable``.
    public func write<Value: Sendable>(
        _ body: @escaping @Sendable (SQLTransaction) throws -> Value
    ) async throws -> Value {
        try await database.commit(in: nil, body)
    }

    /// Runs the background work – change feed, deletion of expired rows, mail, hooks – until a graceful shutdown, then
    /// closes the database.
    /// - Throws: an error of a background service.
    public func run() async throws { try await backend.run() }

    /// Closes the database of an instance that does not run. Blocks until all pending writes are done.
    public func close() { backend.close() }

    /// Opens a session without a password, for tests.
    package func login(as user: User) async throws -> TokenPair? { try await backend.login(as: user) }

    private var composed: Composed {
        api.withLock { api in
            switch api {
            case .composed(let composed): return composed
            case .open(let endpoints):
                let composed = backend.compose(adding: endpoints)
                api = .composed(composed)
                return composed
            }
        }
    }
}
