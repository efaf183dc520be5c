// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials

/// Verifies the access tokens of an Ostiary server by its public keys, without a request for each token.
///
/// Make one when your program starts, and use it everywhere: all its methods may be called by any number of tasks at once. With a
/// ``RevocationFeed`` it hears within a second of a session that has ended; without one a token is accepted until it expires,
/// whatever happens to its session.
///
/// The server has to sign by a public key: `ostiary keys rotate`. Tokens that the shared secret of HS256 signs are refused.
public final class TokenVerifier: Sendable {
    /// The issuer whose tokens are accepted.
    public let issuer: String
    private let rules: VerifiedToken.Rules
    private let options: Options
    private let keys: KeyCache
    private let follower: RevocationFollower?

    private static let maximumToken = 8_192
    private static let type = "at+jwt"

    /// - Parameters:
    ///   - issuer: the `--public-url` of the server, which is the `iss` of its tokens (RFC 9068 §2.2). A slash at its end is
    ///     dropped, as the server drops it.
    ///   - audience: the names of this application, one of which `aud` has to have: one of `TOKEN_AUDIENCE`, by default the
    ///     issuer.
    ///   - feed: the feed by which ended sessions are refused; nil for none. ``follow()`` follows it.
    ///   - options: bounds and other choices.
    ///   - transport: the way to the server; by default AsyncHTTPClient.
    /// - Throws: ``VerifierConfigurationError``.
    public init(
        issuer: String, audience: [String], feed: RevocationFeed? = nil, options: Options = Options(),
        transport: (any VerifierTransport)? = nil
    ) throws(VerifierConfigurationError) {
        let issuer = ServerAddress.withoutSlash(issuer)
        guard !issuer.isEmpty else { throw .invalidValue("issuer is empty") }
        guard !audience.isEmpty, !audience.contains("") else { throw .invalidValue("audience has to have a name") }
        guard !options.algorithms.isEmpty else { throw .invalidValue("algorithms are empty") }
        guard (0...600).contains(options.leeway) else { throw .invalidValue("leeway has to be 0 to 600 seconds") }
        let address = options.keysAddress ?? issuer + "/.well-known/jwks.json"
        try ServerAddress.check(address, allowsPlainText: options.allowsPlainText)
        let transport = transport ?? HTTPVerifierTransport()
        let keys = KeyCache(address: address, options: options, transport: transport)
        self.issuer = issuer
        self.options = options
        self.keys = keys
        rules = VerifiedToken.Rules(issuer: issuer, audience: audience, leeway: options.leeway)
        if let feed {
            follower = try RevocationFollower(
                feed, issuer: issuer, keys: keys, options: options, transport: transport)
        } else {
            follower = nil
        }
    }

    /// Verifies an access token. Public keys are fetched if the token's is not known, at most once in ten seconds.
    /// - Parameter token: the token, without `Bearer`.
    /// - Throws: ``VerificationError``.
    public func verify(_ token: some StringProtocol) async throws(VerificationError) -> VerifiedToken {
        let text = try read(token)
        let start = options.clock.uptime()
        guard let key = await keys.key(text.keyID) else {
            let isCertain = keys.isCertain(since: start, issuedAt: text.claimedIssuedAt)
            throw isCertain ? .refused(.unknownKey) : .unavailable(.noKeys)
        }
        return try verify(text, by: key)
    }

    /// Verifies an access token without waiting.
    /// - Parameter token: the token, without `Bearer`.
    /// - Returns: nil if the public keys have to be fetched first: ``verify(_:)`` does that.
    /// - Throws: ``VerificationError``.
    public func verifyImmediately(_ token: some StringProtocol) throws(VerificationError) -> VerifiedToken? {
        let text = try read(token)
        guard let key = keys.known(text.keyID) else { return nil }
        return try verify(text, by: key)
    }

    /// Keeps the public keys new, and follows the feed if there is one, until the task is cancelled. Run it once, beside your
    /// server: without it a verifier with a feed counts as silent.
    public func follow() async {
        if let follower { return await follower.run() }
        while !Task.isCancelled {
            keys.refresh()
            do { try await options.clock.sleep(.seconds(10)) } catch { return }
        }
    }

    /// True if nothing that the server has revoked is unknown for longer than ``RevocationFeed/silence`` allows; always without
    /// a feed. A readiness probe may ask for it.
    public var isFresh: Bool { follower.map { $0.freshness.isFresh(isWhole: $0.isWhole) } ?? true }

    private func read(_ token: some StringProtocol) throws(VerificationError) -> SignedText {
        let bytes = Array(token.utf8.prefix(Self.maximumToken + 1))
        guard bytes.count <= Self.maximumToken else { throw .refused(.malformed) }
        do throws(TokenRefusal) {
            return try SignedText(bytes, type: Self.type, algorithms: options.algorithms)
        } catch {
            throw .refused(error)
        }
    }

    private func verify(_ text: SignedText, by key: VerificationKey) throws(VerificationError) -> VerifiedToken {
        let token: VerifiedToken
        do throws(TokenRefusal) {
            token = try VerifiedToken(text.payload(by: key), keyID: key.id, rules, now: options.clock.now())
        } catch {
            throw .refused(error)
        }
        guard let follower else { return token }
        // A token that is known to have ended is refused in a silence, too.
        let refusal = follower.list.refusal(
            key: token.keyID, session: token.sessionID, user: token.subject,
            issuedAt: token.issuedAt?.timeIntervalSince1970 ?? 0)
        if let refusal { throw .refused(refusal) }
        guard follower.admits() else { throw .unavailable(.silent) }
        return token
    }
}
