// SPDX-License-Identifier: Apache-2.0

/// The store of clients, which keeps digests of their secrets only.
///
/// Each method is one transaction; each change writes an audit entry and announces `Change.clients`. Every method may
/// throw ``StoreUnavailable``; it has changed nothing then.
package protocol ClientStore: Sendable {
    /// All clients, the one that was added last first.
    func clients(in context: RequestContext) async throws -> [StoredClient]
    /// - Returns: nil if no client has the id.
    func client(_ id: String, in context: RequestContext) async throws -> StoredClient?
    /// Adds a client.
    func add(_ client: StoredClient, in context: RequestContext) async throws -> ClientAddition
    /// Gives a client a new secret. The one before works on until the next one is made; that before it works no more.
    /// - Parameters:
    ///   - id: the id of the client.
    ///   - secret: the digest of the new secret.
    ///   - isImmediate: true to refuse the one before, too.
    ///   - context: the context of the call: author, time, deadline.
    /// - Returns: false if no client has the id.
    func rotate(
        _ id: String, to secret: ClientSecretDigest, isImmediate: Bool, in context: RequestContext
    ) async throws -> Bool
    /// Disables a client, or enables it again.
    /// - Returns: nil if no client has the id; false if it is in that state already.
    func set(_ id: String, isEnabled: Bool, in context: RequestContext) async throws -> Bool?
    /// Removes a client.
    /// - Returns: false if no client has the id.
    func remove(_ id: String, in context: RequestContext) async throws -> Bool
    /// Moves the last use of clients forward, never back. It announces nothing and writes no audit entry.
    func note(uses: [String: Timestamp], in context: RequestContext) async throws
}

/// The outcome of adding a client.
package enum ClientAddition: Sendable, Equatable {
    /// The client may authenticate now.
    case added
    /// There is a client of this name, or of this id. Nothing was changed.
    case taken
    /// There are ``Client/maximumCount`` clients already. Nothing was changed.
    case full
}

extension AuditEntry {
    /// The entry of a client that was added.
    package static func added(_ client: Client, in context: RequestContext) -> AuditEntry {
        AuditEntry(
            .clientAdded, cause: client.kind.rawValue, object: client.id,
            changes: [
                AuditChange("may", from: nil, to: client.mayText), AuditChange("name", from: nil, to: client.name),
            ], in: context)
    }
}

extension Client {
    /// The rights in the order of ``ClientRight``.
    package var rights: [String] { ClientRight.allCases.filter(may.contains).map(\.rawValue) }

    /// The rights in one text, separated by spaces.
    package var mayText: String { rights.joined(separator: " ") }

    /// - Parameter text: rights separated by spaces. A right that another release knows is left out.
    package static func rights(in text: String) -> Set<ClientRight> {
        Set(text.split(separator: " ").compactMap { ClientRight(rawValue: String($0)) })
    }
}
