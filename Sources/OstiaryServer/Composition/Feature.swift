// SPDX-License-Identifier: Apache-2.0

public import OstiaryCore
public import OstiaryHTTP
public import OstiarySQL
package import OstiaryWeb

/// A part of a server, with all contributions to the rest: settings, tables, operations and pages.
///
/// `Features.swift` lists the product's own features. An application that embeds the server passes further features to
/// ``Backend``.
public struct Feature: Sendable {
    /// The parts of the server that a feature can use.
    public struct Context: Sendable {
        /// The use cases of the server.
        public let services: Services
        /// The database, for the feature's own tables.
        public let database: any SQLDatabase
        /// The current values of all settings.
        public let settings: DynamicSettings
        /// The check that each `GET /readyz` runs.
        let readiness: @Sendable () async -> Readiness
        /// The condition of the server at the time of a request, for administrators.
        let condition: @Sendable (Timestamp) async -> Condition
        /// The public keys.
        let keys: KeyController
        /// The feed of revocations.
        let revocations: RevocationController
    }

    /// The settings that the feature declares.
    public let settings: [AnySetting]
    /// The migrations of the feature's tables. They run after those of the product, in this order.
    public let migrations: [Migration]
    /// The operations that the feature serves. They have no handlers, so documents are made of them without a database.
    public let operations: [APIOperation]
    let endpoints: @Sendable (Context) -> [Endpoint]
    let sites: @Sendable (Context) -> [any Site]

    /// - Parameters:
    ///   - settings: the settings that the feature declares.
    ///   - migrations: the migrations of the feature's tables. They run after those of the product, in this order.
    ///   - operations: the operations that the feature serves.
    ///   - endpoints: makes the operations' endpoints. Called once, when the server starts.
    public init(
        settings: [AnySetting] = [], migrations: [Migration] = [], operations: [APIOperation] = [],
        endpoints: @escaping @Sendable (Context) -> [Endpoint] = { _ in [] }
    ) {
        self.init(
            settings: settings, migrations: migrations, operations: operations, sites: { _ in [] }, endpoints: endpoints
        )
    }

    /// - Parameters:
    ///   - sites: makes the feature's pages, each site below its own prefix. Called once, when the server starts.
    ///   - endpoints: makes the operations' endpoints. Called once, when the server starts.
    package init(
        settings: [AnySetting] = [], migrations: [Migration] = [], operations: [APIOperation] = [],
        sites: @escaping @Sendable (Context) -> [any Site],
        endpoints: @escaping @Sendable (Context) -> [Endpoint] = { _ in [] }
    ) {
        self.settings = settings
        self.migrations = migrations
        self.operations = operations
        self.endpoints = endpoints
        self.sites = sites
    }
}

extension [Feature] {
    /// The settings of the product, then those that the features declare.
    var knownSettings: [AnySetting] { Settings.all + flatMap(\.settings) }
}
