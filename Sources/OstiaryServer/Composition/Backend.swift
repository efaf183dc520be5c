// SPDX-License-Identifier: Apache-2.0

import Logging
import OstiaryCore
public import OstiaryHTTP
public import ServiceLifecycle

/// A whole server but its listener: storage, services, the responder of all requests, and the work beside them.
///
/// ``Server`` puts a listener of its own before it. An application that listens itself hands requests to ``responder`` and
/// runs this among its services.
public final class Backend: Service {
    /// All use cases, for the application's own code.
    public let services: Services
    /// Answers requests of the API and of the pages.
    public let responder: any Responder
    let front: FrontResponder
    let installation: Installation
    let memory: IdentityMemory
    let budgets: ThrottlingAccess
    let logger: Logger
    private let keys: TokenKeys
    private let keyNotices = ReloadNotices()
    private let refusals: RefusalTally

    /// Opens the storage and applies pending migrations.
    /// - Parameter features: of the application, beside the product's own.
    /// - Throws: ``StartError``, ``SettingError``.
    public convenience init(_ configuration: ServerConfiguration, features: [Feature] = []) async throws {
        let logger = Logger.ostiary(configuration)
        for warning in configuration.warnings { logger.warning("\(warning)") }
        let installation = try Installation(
            configuration, features: features, creates: true,
            audit: AuditLog(logger: logger, addresses: configuration.logAddresses), logger: logger)
        try await self.init(installation, migrates: true, draining: Draining(), logger: logger)
        try await followSettings()
    }

    /// - Parameters:
    ///   - migrates: true to apply pending migrations first; without it they are an error.
    ///   - draining: tells when each answer asks its client to connect anew.
    /// - Throws: ``StartError``.
    init(_ installation: Installation, migrates: Bool, draining: Draining, logger: Logger) async throws {
        let configuration = installation.configuration
        let storage = installation.storage
        let secrets = try Secrets.configured(configuration)
        if migrates { _ = try await installation.migrate() }
        try await installation.requireMigrated()
        try await storage.join(with: secrets)
        try await installation.recordSettingsPlace(logger: logger)
        self.installation = installation
        self.logger = logger
        keys = TokenKeys(KeyRing(signing: secrets.signing))
        memory = IdentityMemory { storage.holdsLease() }
        storage.listen { [memory] in memory.receive($0) }
        installation.notices.listen(to: storage) { if case .setting = $0 { true } else { false } }
        keyNotices.listen(to: storage) { if case .keys = $0 { true } else { false } }
        budgets = try ThrottlingAccess(configuration.throttling, logger: logger)
        refusals = RefusalTally(digest: AddressDigest(key: secrets.root.key(for: "audit/1")))
        let codec = AccessTokenCodec(
            keys: keys, issuer: configuration.publicURL ?? AccessTokenCodec.defaultIssuer,
            acceptsLegacy: configuration.acceptsLegacyTokens)
        services = Services(
            installation, codec: codec, memory: memory,
            throttling: budgets.throttling(installation.settings, secrets.root), refusals: refusals)
        let composition = Composition(
            installation: installation, services: services, budgets: budgets, root: secrets.root, draining: draining,
            logger: logger)
        front = composition.responder()
        responder =
            configuration.corsOrigins.isEmpty
            ? front : CrossOriginResponder(front, origins: configuration.corsOrigins)
    }

    /// Does the work beside requests until a graceful shutdown, then closes the storage.
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

    /// Blocks until everything that waits is written.
    func close() { installation.close() }

    /// The work beside requests, and connections to other programs.
    var work: [any Service] {
        let (storage, audit) = (installation.storage, installation.storage.audit)
        let uses = SessionUseService(sessions: storage.sessions, memory: memory)
        var work: [any Service] = [
            Housekeeping(storage: storage, cleanup: installation.administration.cleanup, logger: logger),
            KeyFollowing(
                keys: keys, memory: memory, configuration: installation.configuration, notices: keyNotices,
                logger: logger),
            RegularWriting(subject: "refusals", interval: .seconds(1), logger: logger) { [refusals] in
                guard refusals.waiting > 0 else { return }
                try await refusals.write(to: audit, in: RequestContext(actor: .system, now: Timestamp.now()))
            },
            RegularWriting(subject: "uses of sessions", interval: .seconds(10), logger: logger) {
                try await uses.write()
            },
            SettingsFollowing(
                settings: installation.settings, access: installation.access, notices: installation.notices,
                logger: logger
            ),
        ]
        if case .redis(let redis) = installation.access { work.insert(redis, at: 0) }
        if case .redis(_, let client) = budgets { work.insert(client, at: 0) }
        return work
    }
}
