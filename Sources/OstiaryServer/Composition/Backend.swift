// SPDX-License-Identifier: Apache-2.0

package import Logging
package import OstiaryCore
public import OstiaryHTTP
public import ServiceLifecycle
import Synchronization

/// A server without its listener: storage, services, the responder of all requests, and the background work.
///
/// ``Server`` adds a listener. An application with a listener of its own passes requests to ``responder`` and runs the
/// backend in its service group.
public final class Backend: Service {
    /// The use cases, for the application's own code.
    public let services: Services
    let installation: Installation
    private let memory: IdentityCache
    private let clients: ClientMemory
    private let budgets: ThrottlingAccess
    private let logger: Logger
    private let ring: RingKeeper
    private let root: RootSecret
    private let verifiers: VerifierNotes
    private let revocations: RevocationFeed
    private let keyNotices = ReloadNotices()
    private let unlockNotices = ReloadNotices()
    private let throttling: Throttling
    private let refusals: RefusalCounter
    /// The delivery of messages; nil if the server sends none.
    private let delivery: MailDelivery?
    private let composition: Composition
    private let composed = Mutex<Composed?>(nil)

    /// Opens the storage, applies pending migrations and reads the settings.
    /// - Parameters:
    ///   - configuration: the configuration of the server.
    ///   - features: features of the application, in addition to the product's own.
    /// - Throws: ``StartError`` if the storage cannot be used, ``OstiaryCore/SettingError`` if a pinned setting is malformed.
    public convenience init(_ configuration: ServerConfiguration, features: [Feature] = []) async throws {
        let logger = Logger.ostiary(configuration)
        for warning in configuration.warnings { logger.warning("\(warning)") }
        let installation = try Installation(
            configuration, features: features, creates: true,
            audit: AuditLog(logger: logger, addresses: configuration.logAddresses), logger: logger)
        try await self.init(installation, logger: logger)
    }

    /// As ``init(_:features:)``, with what an installation is given.
    package convenience init(_ installation: Installation, logger: Logger) async throws {
        try await self.init(installation, migrates: true, draining: Draining(), logger: logger)
        try await followSettings()
    }

    /// - Parameters:
    ///   - migrates: true to apply pending migrations; false to refuse to start if there are any.
    ///   - draining: tells the responder to close connections after each answer.
    /// - Throws: ``StartError``.
    init(_ installation: Installation, migrates: Bool, draining: Draining, logger: Logger) async throws {
        let configuration = installation.configuration
        let storage = installation.storage
        try storage.beginServing()
        let secrets = try Secrets.configured(configuration, recorded: await storage.recordedSecrets())
        if migrates { _ = try await installation.migrate() }
        try await installation.requireMigrated()
        try await storage.join(with: secrets)
        try await storage.revocations.renumber()
        try await installation.recordSettingsPlace(logger: logger)
        self.installation = installation
        self.logger = logger
        ring = RingKeeper(
            shared: secrets.signing, root: secrets.root, store: storage.keyRing, now: installation.now)
        root = secrets.root
        verifiers = VerifierNotes(key: secrets.root.key(for: "verifiers/1"))
        if let closed = try await ring.load().closed.first { throw StartError.sealedKey(closed) }
        memory = IdentityCache { storage.holdsLease() }
        storage.listen { [memory] in memory.receive($0) }
        clients = ClientMemory(store: storage.clients) { storage.hearsOfChanges }
        storage.listen { [clients] in clients.receive($0) }
        installation.notices.listen(to: storage) { if case .setting = $0 { true } else { false } }
        keyNotices.listen(to: storage) { if case .keys = $0 { true } else { false } }
        unlockNotices.listen(to: storage) { if case .unlocks = $0 { true } else { false } }
        budgets = try ThrottlingAccess(configuration.throttling, now: installation.now, logger: logger)
        refusals = RefusalCounter(digest: AddressDigest(key: secrets.root.key(for: "audit/1")))
        let codec = AccessTokenCodec(
            keys: ring.keys, issuer: configuration.publicURL?.text ?? AccessTokenCodec.defaultIssuer,
            acceptsLegacy: configuration.acceptsLegacyTokens, writesIssuedAt: configuration.adoption == nil
        ) { [settings = installation.settings] in
            let snapshot = settings.snapshot
            return .init(algorithm: snapshot[.tokenAlgorithm], audience: snapshot[.tokenAudience].names)
        }
        throttling = budgets.throttling(
            installation.settings, secrets.root,
            log: FirstRefusals(logger: logger, addresses: configuration.logAddresses))
        let mail = try MailRoom(installation, root: secrets.root, logger: logger)
        delivery = mail?.delivery
        services = Services(
            installation, codec: codec, memory: memory, clients: clients, throttling: throttling,
            refusals: refusals, outbox: mail?.outbox)
        revocations = RevocationFeed(
            store: storage.revocations, keys: ring.keys,
            issuer: configuration.publicURL?.text ?? AccessTokenCodec.defaultIssuer,
            algorithm: { [settings = installation.settings] in settings.snapshot[.tokenAlgorithm] },
            now: installation.now, hearsOfChanges: { storage.hearsOfChanges }, isDraining: { draining.isDraining })
        storage.listen { [revocations] in revocations.receive($0) }
        composition = Composition(
            installation: installation, services: services, budgets: budgets, ring: ring, verifiers: verifiers,
            revocations: revocations,
            publicKeys: PublicKeySets { [keys = ring.keys, settings = installation.settings] in
                keys.ring.published(settings.snapshot[.tokenAlgorithm])
            }, root: secrets.root,
            draining: draining, mail: mail?.condition, logger: logger)
    }

    /// The responder to requests for the API and the pages.
    public var responder: any Responder { compose().responder }

    /// Puts the responder together, once.
    /// - Parameter endpoints: further endpoints of the application. They are those of the first call.
    package func compose(adding endpoints: [Endpoint] = []) -> Composed {
        composed.withLock { composed in
            if let composed { return composed }
            let made = composition.composed(adding: endpoints)
            composed = made
            return made
        }
    }

    /// The check that each `GET /readyz` runs.
    var readiness: @Sendable () async -> Readiness { composition.readiness }

    /// Makes the secret of a link that creates the first superuser.
    /// - Returns: nil if there is an active superuser, or no administration.
    /// - Throws: ``StoreUnavailable``.
    func setupToken() async throws -> SetupLink? {
        guard installation.configuration.admin != .off else { return nil }
        return try await services.setup.offer(in: RequestContext(actor: .system, now: installation.now()))
    }

    /// Opens a session without asking for the password.
    /// - Returns: nil if the user is inactive or there is none.
    package func login(as user: User) async throws -> TokenPair? {
        let (accounts, sessions) = (installation.storage.accounts, installation.storage.sessions)
        let context = RequestContext(actor: .system, now: installation.now())
        guard let address = EmailAddress(user.email),
            let record = try await accounts.credential(email: address, in: context)
        else { return nil }
        return try await services.opener.open(
            for: user.id, by: .password(verified: record.encodedPassword), from: nil, in: context
        ) { try await sessions.open($0, in: $1) }
    }

    /// Runs the background work until a graceful shutdown, then closes the storage.
    /// - Throws: an error of a background service.
    public func run() async throws {
        defer { close() }
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: work.map {
                    .init(service: $0, successTerminationBehavior: .ignore, serviceName: "\(type(of: $0))")
                },
                logger: logger.quieter))
        try await group.run()
    }

    /// Closes the storage. Blocks until all pending writes are done.
    package func close() { installation.close() }

    /// The background services, and the connections to other servers.
    var work: [any Service] {
        let (storage, audit, now) = (installation.storage, installation.storage.audit, installation.now)
        let uses = SessionActivityService(sessions: storage.sessions, memory: memory)
        var work: [any Service] = [
            Housekeeping(storage: storage, cleanup: installation.administration.cleanup, now: now, logger: logger),
            KeyFollowing(
                ring: ring, store: storage.keys, memory: memory, configuration: installation.configuration,
                notices: keyNotices, now: now, logger: logger),
            KeyTurning(
                store: storage.keyRing, settings: installation.settings, root: root, now: now, logger: logger,
                notices: keyNotices),
            RegularWriting(subject: "verifiers", interval: .seconds(5), logger: logger) { [verifiers] in
                try await storage.keyRing.note(verifiers.take(), in: RequestContext(actor: .system, now: now()))
            },
            UnlockFollowing(
                unlocks: UnlockService(accounts: storage.accounts, audit: audit, throttling: throttling, now: now),
                notices: unlockNotices, logger: logger),
            RegularWriting(subject: "refusals", interval: .seconds(1), logger: logger) { [refusals] in
                guard refusals.waiting > 0 else { return }
                try await refusals.write(to: audit, in: RequestContext(actor: .system, now: now()))
            },
            RegularWriting(subject: "uses of sessions", interval: .seconds(10), logger: logger) {
                try await uses.write()
            },
            RegularWriting(subject: "uses of clients", interval: .seconds(10), logger: logger) { [clients] in
                try await clients.writeUses(in: RequestContext(actor: .system, now: now()))
            },
            SettingsFollowing(
                settings: installation.settings, access: installation.access, notices: installation.notices,
                logger: logger
            ),
        ]
        if installation.configuration.adoption != nil { work.append(AdoptionWatch(storage: storage, logger: logger)) }
        if let delivery { work += [delivery, MailCounting(outbox: storage.outbox, now: now, logger: logger)] }
        if let hooks = installation.hooks {
            work.append(HookRunning(hooks: hooks, accounts: storage.accounts, now: now, logger: logger))
        }
        if case .redis(let redis) = installation.access { work.insert(redis, at: 0) }
        if case .redis(_, let client) = budgets { work.insert(client, at: 0) }
        return work
    }
}
