// SPDX-License-Identifier: Apache-2.0

/// The store of the keys that all servers on a database share, and of the verifiers of their tokens.
///
/// Each method is one transaction; those that change keys announce `Change.keys`. Every method may throw
/// ``StoreUnavailable``.
package protocol KeyStore: Sendable {
    /// All keys that are not removed, and those that were revoked, the one published last first; at most
    /// ``StoredKey/maximumCount``.
    func keys(in context: RequestContext) async throws -> [StoredKey]
    /// Publishes a key, unless one of its algorithm waits to sign already, or one was published lately.
    /// - Parameters:
    ///   - key: the key, in the state ``KeyState/published``.
    ///   - moment: a key of the algorithm that was published after this moment is enough; nil for none.
    ///   - context: the context of the call: author, time, deadline.
    /// - Returns: false if there is such a key; nothing was changed then.
    func publish(_ key: StoredKey, unlessAfter moment: Timestamp?, in context: RequestContext) async throws -> Bool
    /// Asks ``KeyRule`` for each key, and takes the steps.
    /// - Returns: the steps that were taken, and those that wait.
    func turn(_ circumstances: KeyRule.Circumstances, in context: RequestContext) async throws -> [KeyTurn]
    /// Lets a published key sign at once, whoever lacks it.
    /// - Returns: false if there is no such published key.
    func sign(
        with id: String, _ circumstances: KeyRule.Circumstances, in context: RequestContext
    ) async throws -> Bool
    /// Revokes a key: its tokens are refused.
    /// - Parameters:
    ///   - id: the `kid`.
    ///   - reason: the reason, for operators.
    ///   - replacement: a key that signs from now on in its place; nil for none.
    ///   - context: the context of the call: author, time, deadline.
    /// - Returns: false if no key of the ring has this id.
    /// - Throws: ``LastSigningKey`` if no other key would sign, and the shared secret is retired; ``LastPublicKey``.
    func revoke(
        _ id: String, reason: String?, replacement: StoredKey?, in context: RequestContext
    ) async throws -> Bool
    /// Removes a key that signs nothing: one that waits, has retired or was revoked.
    /// - Returns: false if no such key has this id.
    func remove(_ id: String, in context: RequestContext) async throws -> Bool
    /// Seals keys anew.
    /// - Parameter keys: the `kid`s with the keys as they are sealed now and as they are to be sealed.
    /// - Returns: false if a key is not sealed as expected; nothing was changed then.
    func reseal(_ keys: [String: (from: SealedKey, to: SealedKey)], in context: RequestContext) async throws -> Bool
    /// - Returns: the time at which the shared secret of HS256 was retired; nil while it verifies.
    func sharedKeyRetiredAt(in context: RequestContext) async throws -> Timestamp?
    /// Retires the shared secret: tokens of HS256 are refused from now on.
    /// - Returns: false if no other key signs, or it has retired already.
    func retireSharedKey(in context: RequestContext) async throws -> Bool

    /// All verifiers, the one seen last first; at most ``Verifier/maximumCount``.
    func verifiers(in context: RequestContext) async throws -> [Verifier]
    /// Notes that verifiers were seen. Beyond the most that are kept, those that were seen longest ago go, of those that
    /// fetch: anybody can fetch.
    func note(_ verifiers: [Verifier], in context: RequestContext) async throws
    /// Adds a verifier that has a file with keys.
    /// - Returns: false if there is one of this name.
    func add(pinned name: String, in context: RequestContext) async throws -> Bool
    /// Notes that a verifier with a file has a key.
    /// - Returns: false if there is no verifier with a file of this name.
    func confirm(_ name: String, has id: String, in context: RequestContext) async throws -> Bool
    /// Forgets a verifier.
    /// - Returns: false if there is none of this name.
    func forget(verifier name: String, in context: RequestContext) async throws -> Bool
}

/// The reason why a key was not revoked without a replacement: the shared secret, which is retired, would have to sign
/// again.
package struct LastSigningKey: Error, Equatable {
    package init() {}
}

/// The reason why a key was not revoked without a replacement: programs follow the feed of revocations, which no other key
/// could sign.
package struct LastPublicKey: Error, Equatable {
    package init() {}
}

/// A step of a key, as a store has taken it or waits with it.
package struct KeyTurn: Sendable, Equatable {
    /// The `kid`.
    package var id: String
    /// The step.
    package var step: KeyRule.Step

    package init(id: String, step: KeyRule.Step) {
        self.id = id
        self.step = step
    }
}

extension StoredKey {
    /// The most keys that are listed.
    package static let maximumCount = 100
}

extension Verifier {
    /// The most verifiers that are kept.
    package static let maximumCount = 1_000
}
