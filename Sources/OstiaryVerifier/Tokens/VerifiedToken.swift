// SPDX-License-Identifier: Apache-2.0

public import FoundationEssentials

/// An access token that was verified: its signature, its issuer, its audience and its times are right, and nothing that the
/// verifier has heard of revokes it.
///
/// Its claims are those of RFC 7519 §4.1 and RFC 9068 §2.2.
public struct VerifiedToken: Sendable {
    /// `sub`: the account, in the text form of its id.
    public let subject: String
    /// `sid`: the session with which the token ends.
    public let sessionID: String
    /// `exp`.
    public let expiresAt: Date
    /// `iat`; nil without one.
    public let issuedAt: Date?
    /// `aud`: all of them, not ours alone.
    public let audience: [String]
    /// `auth_time`: the moment at which the user proved who they are; nil without one.
    public let authenticatedAt: Date?
    /// `amr`: the means of that proof (RFC 8176).
    public let authenticationMethods: [String]
    /// `acr`: the level of that proof; nil without one.
    public let authenticationLevel: String?
    /// `groups`: the names of the account's groups, where the server writes them.
    public let groups: [String]
    /// `jti`; nil without one.
    public let id: String?
    /// `client_id`; nil without one.
    public let clientID: String?
    /// `kid`: the key that signed it.
    public let keyID: String
    /// All claims as JSON.
    public let payload: [UInt8]

    /// Reads claims of your own.
    /// - Parameter type: the type of the claims.
    /// - Throws: `DecodingError`.
    public func decode<Claims: Decodable>(_ type: Claims.Type = Claims.self) throws -> Claims {
        try JSONDecoder().decode(type, from: Data(payload))
    }
}

extension VerifiedToken {
    /// The rules for claims, as a verifier is configured.
    struct Rules: Sendable {
        let issuer: String
        let audience: [String]
        /// Seconds that clocks may differ.
        let leeway: Int
    }

    /// - Parameters:
    ///   - payload: the claims, their signature verified.
    ///   - now: seconds since 1970.
    /// - Throws: the rule that refuses them.
    init(
        _ payload: (bytes: [UInt8], members: [String: JSON]), keyID: String, _ rules: Rules, now: Double
    ) throws(TokenRefusal) {
        let claims = payload.members
        guard claims["iss"]?.text?.hasSameBytes(as: rules.issuer) == true else { throw .issuer }
        audience = Self.texts(claims["aud"], orOne: true)
        guard audience.contains(where: { name in rules.audience.contains { name.hasSameBytes(as: $0) } }) else {
            throw .audience
        }
        guard let subject = claims["sub"]?.id, let session = claims["sid"]?.id, let expiry = claims["exp"]?.seconds
        else { throw .claims }
        let issued = try Self.time("iat", in: claims)
        let notBefore = try Self.time("nbf", in: claims)
        guard now < Double(expiry + rules.leeway) else { throw .expired }
        for moment in [issued, notBefore] {
            if let moment, Double(moment) > now + Double(rules.leeway) { throw .notYetValid }
        }
        self.subject = subject
        sessionID = session
        expiresAt = Date(timeIntervalSince1970: Double(expiry))
        issuedAt = issued.map { Date(timeIntervalSince1970: Double($0)) }
        authenticatedAt = (claims["auth_time"]?.seconds).map { Date(timeIntervalSince1970: Double($0)) }
        authenticationMethods = Self.texts(claims["amr"])
        authenticationLevel = claims["acr"]?.text
        groups = Self.texts(claims["groups"])
        id = claims["jti"]?.text
        clientID = claims["client_id"]?.text
        self.keyID = keyID
        self.payload = payload.bytes
    }

    /// - Parameter orOne: true if a text alone is a list of one.
    /// - Returns: the texts of a list; none if an element is another value.
    private static func texts(_ value: JSON?, orOne: Bool = false) -> [String] {
        if orOne, let text = value?.text { return [text] }
        guard case .array(let elements)? = value else { return [] }
        let texts = elements.compactMap(\.text)
        return texts.count == elements.count ? texts : []
    }

    private static func time(_ name: String, in claims: [String: JSON]) throws(TokenRefusal) -> Int? {
        guard let value = claims[name] else { return nil }
        guard let time = value.seconds else { throw .claims }
        return time
    }
}

extension VerifiedToken: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The account and the session, for logs.
    public var description: String { "token of \(subject) in session \(sessionID)" }

    /// As ``description``.
    public var debugDescription: String { description }

    /// No member.
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}
