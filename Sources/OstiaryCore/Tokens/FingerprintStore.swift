// SPDX-License-Identifier: Apache-2.0

/// The store of the fingerprints of the secrets that all nodes on a database share, so that no node joins with another
/// secret.
public protocol FingerprintStore: Sendable {
    /// Records a fingerprint, unless there is one already. A new one is announced as `Change.keys`.
    /// - Parameters:
    ///   - fingerprint: identifies the secret without revealing it; at most 255 characters.
    ///   - secret: the secret that is recorded.
    ///   - now: the time of the call.
    /// - Returns: the recorded fingerprint. A node with another one must not serve: it and the other nodes would refuse
    ///   each other's tokens.
    /// - Throws: ``StoreUnavailable``.
    func claim(_ fingerprint: String, of secret: SharedSecret, at now: Timestamp) async throws -> String
    /// - Returns: the recorded fingerprint; nil if there is none.
    /// - Throws: ``StoreUnavailable``.
    func fingerprint(of secret: SharedSecret) async throws -> String?
    /// Deletes the recorded fingerprint, so that the next node may record its own, and announces
    /// `Change.keys`.
    /// - Parameters:
    ///   - secret: the secret that is recorded.
    ///   - isForced: true to do it also while servers use the database.
    ///   - context: the context of the call: author, time, deadline.
    /// - Returns: false if servers use the database, so that nothing was deleted. A store that cannot tell returns true.
    /// - Throws: ``StoreUnavailable``.
    func forget(_ secret: SharedSecret, isForced: Bool, in context: RequestContext) async throws -> Bool
}

/// A secret that all nodes on a database share.
public enum SharedSecret: String, Sendable, CaseIterable {
    /// The key that signs access tokens.
    case signingKey = "signing_key"
    /// The secret from which the keys of digests and of messages' tokens are derived.
    case root
}
