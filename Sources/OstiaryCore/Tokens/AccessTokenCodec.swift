// SPDX-License-Identifier: Apache-2.0

/// Signs and verifies access tokens, close to RFC 9068 but with the claims that existing clients read.
package struct AccessTokenCodec: Sendable {
    private let tokens: TokenCodec
    let issuer: String
    private let acceptsLegacy: Bool
    private let writesIssuedAt: Bool
    private let policy: @Sendable () -> Policy

    /// The settings of new tokens.
    package struct Policy: Sendable {
        var algorithm: TokenAlgorithm
        var audience: [String]

        /// - Parameters:
        ///   - algorithm: the algorithm that signs.
        ///   - audience: the `aud` of tokens that public keys verify; none for the issuer.
        package init(algorithm: TokenAlgorithm = .auto, audience: [String] = []) {
            self.algorithm = algorithm
            self.audience = audience
        }
    }

    /// The `iss` without a configured public URL. It is always accepted, so that configuring one logs nobody out.
    package static let defaultIssuer = "ostiary"

    /// - Parameters:
    ///   - keys: the ring in force, which may be replaced.
    ///   - issuer: the `iss` of new tokens.
    ///   - acceptsLegacy: true to accept tokens without `sid`, which the Django service that this one replaces has
    ///     signed.
    ///   - writesIssuedAt: false to leave out `iat`: beside a Django service, whose PyJWT refuses a token that was issued
    ///     a second ahead of its own clock.
    ///   - policy: the settings of new tokens, asked for each.
    package init(
        keys: TokenKeys, issuer: String = AccessTokenCodec.defaultIssuer, acceptsLegacy: Bool = false,
        writesIssuedAt: Bool = true, policy: @escaping @Sendable () -> Policy = { Policy() }
    ) {
        self.policy = policy
        self.tokens = TokenCodec(keys: keys)
        self.writesIssuedAt = writesIssuedAt
        self.issuer = issuer
        self.acceptsLegacy = acceptsLegacy
    }

    /// A codec whose keys do not change.
    package init(keys: KeyRing, issuer: String = AccessTokenCodec.defaultIssuer, acceptsLegacy: Bool = false) {
        self.init(keys: TokenKeys(keys), issuer: issuer, acceptsLegacy: acceptsLegacy)
    }

    var keys: TokenKeys { tokens.keys }

    /// - Parameter groups: the claim `groups`, which this server does not read; nil for none.
    /// - Returns: the text of the token, with `exp` and `iat` in whole seconds, rounded down.
    package func sign(_ token: AccessToken, groups: [String]? = nil) -> String {
        var claims = Claims()
        claims.set(.number(JSONNumber(token.userID)), for: "user_id")
        claims.expiresAt = token.expiresAt
        if writesIssuedAt { claims.issuedAt = token.issuedAt }
        claims.id = token.id
        if let session = token.sessionID { claims.set(JSONValue(session.description), for: "sid") }
        if let authentication = token.authentication {
            claims.set(.number(JSONNumber(authentication.at.seconds)), for: "auth_time")
            claims.set(.array(authentication.methods.map { JSONValue($0.rawValue) }), for: "amr")
            claims.set(JSONValue(authentication.level), for: "acr")
        }
        if let groups { claims.set(.array(groups.map { JSONValue($0) }), for: "groups") }
        claims.issuer = issuer
        let policy = policy()
        let signer = keys.ring.signer(policy.algorithm)
        guard Self.isPublic(signer) else { return tokens.sign(claims, as: .access, with: signer) }
        claims.subject = String(token.userID)
        let audience = policy.audience.isEmpty ? [issuer] : policy.audience
        claims.set(audience.count == 1 ? JSONValue(audience[0]) : .array(audience.map { JSONValue($0) }), for: "aud")
        claims.set(JSONValue(Self.clientID), for: "client_id")
        return tokens.sign(claims, as: .publicAccess, with: signer)
    }

    /// Verifies signature and claims; user and session are not checked.
    /// - Throws: ``AccessTokenError``.
    package func verify(_ text: String, now: Timestamp) throws(AccessTokenError) -> AccessToken {
        try verified(text, now: now).token
    }

    /// - Returns: the token and the fingerprint of the key that verified it.
    func verified(_ text: String, now: Timestamp) throws(AccessTokenError) -> (token: AccessToken, key: String) {
        let verified: (claims: Claims, key: any VerifyingKey)
        do throws(TokenError) {
            verified = try tokens.verify(text, now: now) { Self.isPublic($0) ? .publicAccess : .access }
        } catch {
            throw AccessTokenError(error)
        }
        let isPublic = Self.isPublic(verified.key)
        return (try token(verified.claims, isPublic: isPublic), verified.key.fingerprint)
    }

    /// The claims of a token whose signature was verified before.
    /// - Returns: nil for a text that is no token.
    static func claims(ofVerified text: String) -> Claims? {
        let parts = Array(text.utf8)[...].parts(separatedBy: UInt8(ascii: "."), atMost: 3)
        guard parts.count == 3, let payload = Base64URL.decode(parts[1]),
            case .object(let object)? = try? JSONReader.read(payload, maximumDepth: 16)
        else { return nil }
        return try? Claims(object)
    }

    /// True for a key of which verifiers have the public part.
    private static func isPublic(_ key: any VerifyingKey) -> Bool { !key.algorithm.hasSameBytes(as: "HS256") }

    /// `client_id` (RFC 9068 §2.2): all clients are those of this server.
    private static let clientID = "ostiary"

    /// True if a token is for this server (RFC 9068 §4): `aud` is a text or a list of texts (RFC 7519 §4.1.3).
    private func isAudience(_ value: JSONValue?) -> Bool {
        let values: [JSONValue] = if case .array(let list)? = value { list } else { value.map { [$0] } ?? [] }
        let names = values.compactMap { value -> String? in
            guard case .string(let name) = value, name.loneSurrogate == nil else { return nil }
            return name.text
        }
        guard names.count == values.count else { return false }
        let own = policy().audience + [issuer, Self.defaultIssuer]
        return names.contains { name in own.contains(where: name.hasSameBytes) }
    }

    /// - Parameter isPublic: true for a token that public keys verify.
    private func token(_ claims: Claims, isPublic: Bool) throws(AccessTokenError) -> AccessToken {
        // The shared key has never signed an `aud`: the contract's clients refuse one.
        guard isPublic ? isAudience(claims["aud"]) : claims["aud"] == nil else { throw .refused }
        if isPublic { guard claims["iss"] != nil, claims["sid"] != nil else { throw .refused } }
        if claims["iss"] != nil {
            guard let text = claims.issuer, [issuer, Self.defaultIssuer].contains(where: text.hasSameBytes) else {
                throw .refused
            }
        }
        guard case .number(let number) = claims["user_id"], number.isInteger, let userID = number.integer else {
            throw .refused
        }
        // Other programs read `sub`, this one `user_id`: both must mean the same account.
        if isPublic { guard claims.subject?.hasSameBytes(as: String(userID)) == true else { throw .refused } }
        var session: SessionID?
        if let value = claims["sid"] {
            guard case .string(let text) = value, let id = SessionID(text.text) else { throw .malformed }
            session = id
        } else {
            guard acceptsLegacy, Self.isLegacyAccess(claims) else { throw .refused }
        }
        guard let expiresAt = claims.expiresAt else { throw .malformed }
        return AccessToken(
            userID: userID, expiresAt: expiresAt, issuedAt: claims.issuedAt, id: claims.id, sessionID: session,
            authentication: Self.authentication(claims))
    }

    /// - Returns: nil unless all three claims are present and of their types.
    private static func authentication(_ claims: Claims) -> Authentication? {
        guard let moment = (try? Claims.time(claims["auth_time"])) ?? nil, case .array(let methods) = claims["amr"],
            case .string(let level) = claims["acr"]
        else { return nil }
        return Authentication(
            at: moment,
            methods: methods.compactMap { if case .string(let name) = $0 { .init(rawValue: name.text) } else { nil } },
            level: level.text)
    }

    private static let legacyClaims: Set<String> = ["user_id", "exp", "iat", "nbf", "jti", "iss", "token_type"]

    /// True if a token without `sid` is an access token. A Django `SECRET_KEY` signs other things too, so a token with
    /// a claim of another purpose is refused (RFC 8725 §3.12).
    private static func isLegacyAccess(_ claims: Claims) -> Bool {
        guard claims.names.allSatisfy({ $0.isASCII && legacyClaims.contains($0) }) else { return false }
        guard let type = claims["token_type"] else { return true }
        return type == .string(JSONString("access"))
    }
}

extension AccessTokenError {
    fileprivate init(_ error: TokenError) {
        self =
            switch error {
            case .malformed: .malformed
            case .expired: .expired
            case .refused: .refused
            }
    }
}
