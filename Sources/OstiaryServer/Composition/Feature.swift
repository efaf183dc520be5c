// SPDX-License-Identifier: Apache-2.0

public import OstiaryCore
public import OstiaryHTTP
public import OstiarySQL
package import OstiaryWeb

/// A part of a server, and everything by which it joins the rest: settings, tables, operations and pages.
///
/// The product's own features are listed in `Features.swift`; an application that embeds the server passes its own to
/// ``Backend``.
public struct Feature: Sendable {
    /// The parts of the server that a feature stands on.
    public struct Context: Sendable {
        public let services: Services
        /// For tables of the feature's own.
        public let database: any SQLDatabase
        public let settings: DynamicSettings
        /// Asked by each `GET /readyz`.
        let readiness: @Sendable () async -> Readiness
    }

    /// Settings that the feature declares.
    public let settings: [AnySetting]
    /// Migrations of its tables. They run behind those of the product, in this order.
    public let migrations: [Migration]
    /// Operations that it serves, without handlers: documents are made of them without a database.
    public let operations: [APIOperation]
    let endpoints: @Sendable (Context) -> [Endpoint]
    let sites: @Sendable (Context) -> [any Site]

    /// - Parameter endpoints: the operations with their handlers. Called once, when the server starts.
    public init(
        settings: [AnySetting] = [], migrations: [Migration] = [], operations: [APIOperation] = [],
        endpoints: @escaping @Sendable (Context) -> [Endpoint] = { _ in [] }
    ) {
        self.init(
            settings: settings, migrations: migrations, operations: operations, sites: { _ in [] }, endpoints: endpoints
        )
    }

    /// - Parameters:
    ///   - sites: pages, each below a prefix of its own. Called once, when the server starts.
    ///   - endpoints: the operations with their handlers. Called once, when the server starts.
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
