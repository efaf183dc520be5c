// SPDX-License-Identifier: Apache-2.0

/// Remembers which secrets belong to a database, by their fingerprints, so that no node with another one joins.
public protocol SigningKeyStore: Sendable {
    /// Takes the place of a secret if it is free.
    /// - Parameter fingerprint: names the secret and does not give it away; at most 255 characters.
    /// - Returns: the fingerprint that has the place from now on. A node whose own is another must not serve: it would
    ///   refuse what the others made, and they what it makes.
    /// - Throws: ``StoreUnavailable``.
    func claim(_ fingerprint: String, of secret: SharedSecret, at now: Timestamp) async throws -> String
    /// - Returns: the fingerprint that has the place; nil while it is free.
    /// - Throws: ``StoreUnavailable``.
    func fingerprint(of secret: SharedSecret) async throws -> String?
    /// Frees the place, so that the next secret may take it.
    /// - Throws: ``StoreUnavailable``.
    func forget(_ secret: SharedSecret, in context: RequestContext) async throws
}

/// A secret that all nodes on a database share.
public enum SharedSecret: String, Sendable, CaseIterable {
    case signingKey = "signing_key"
    case root
}
