// SPDX-License-Identifier: Apache-2.0

/// Remembers which signing key belongs to a database, so that no node with another one joins.
public protocol SigningKeyStore: Sendable {
    /// Takes the place of the key if it is free.
    /// - Parameter fingerprint: names the key and does not give it away; at most 255 characters.
    /// - Returns: the fingerprint that has the place from now on. A node whose own is another must not serve: it would
    ///   refuse the others' tokens, and they its own.
    /// - Throws: ``StoreUnavailable``.
    func claim(_ fingerprint: String, at now: Timestamp) async throws -> String
    /// Frees the place, so that the next key may take it.
    /// - Throws: ``StoreUnavailable``.
    func forget(in context: RequestContext) async throws
}
