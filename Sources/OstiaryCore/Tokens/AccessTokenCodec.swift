// SPDX-License-Identifier: Apache-2.0

import Crypto

/// Signs access tokens and verifies them: JWS compact serialization with HS256 only (RFC 7515, RFC 8725).
///
/// Our own because this is the hot path; the tests compare it with jwt-kit on random and hostile tokens.
public struct AccessTokenCodec: Sendable {
    private let keys: KeyRing
    private let issuer: String
    private let acceptsLegacy: Bool

    /// Used as `iss` when no public URL is configured. Always accepted, so that configuring one logs nobody out.
    public static let defaultIssuer = "ostiary"
    /// No token of ours comes near this; longer ones are refused before they are looked at.
    static let maximumLength = 8_192
    /// How far ahead another machine's clock may be, in seconds.
    static let clockSkew = 60

    /// - Parameters:
    ///   - issuer: the `iss` of new tokens.
    ///   - acceptsLegacy: whether tokens without `sid` are accepted, which the service that we succeed has signed.
    public init(keys: KeyRing, issuer: String = AccessTokenCodec.defaultIssuer, acceptsLegacy: Bool = false) {
        self.acceptsLegacy = acceptsLegacy
        self.keys = keys
        self.issuer = issuer
    }

    /// The whole token as it is sent: `exp` and `iat` in whole seconds, rounded down.
    public func sign(_ token: AccessToken) -> String {
        var payload = JSONWriter()
        payload.beginObject()
        payload.key("user_id")
        payload.integer(token.userID)
        payload.key("exp")
        payload.integer(token.expiresAt.seconds)
        if let issuedAt = token.issuedAt {
            payload.key("iat")
            payload.integer(issuedAt.seconds)
        }
        if let id = token.id {
            payload.key("jti")
            payload.string(id)
        }
        if let session = token.sessionID {
            payload.key("sid")
            payload.string(session.description)
        }
        if let authentication = token.authentication {
            payload.key("auth_time")
            payload.integer(authentication.at.seconds)
            payload.key("amr")
            payload.beginArray()
            for method in authentication.methods { payload.string(method.rawValue) }
            payload.endArray()
            payload.key("acr")
            payload.string(authentication.level)
        }
        payload.key("iss")
        payload.string(issuer)
        payload.endObject()

        var text: [UInt8] = []
        text.reserveCapacity(440)
        Base64URL.append(Self.header(keyID: keys.signing.id), to: &text)
        text.append(UInt8(ascii: "."))
        Base64URL.append(payload.bytes, to: &text)
        let signature = keys.signing.sign(text)
        text.append(UInt8(ascii: "."))
        Base64URL.append(signature, to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    /// - Throws: ``AccessTokenError``. User and session are not looked at here.
    public func verify(_ text: String, now: Timestamp) throws(AccessTokenError) -> AccessToken {
        let bytes = Array(text.utf8.prefix(Self.maximumLength + 1))
        guard bytes.count <= Self.maximumLength else { throw .malformed }
        let parts = bytes.split(separator: UInt8(ascii: "."), maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count == 3, let headerBytes = Base64URL.decode(parts[0]),
            let payloadBytes = Base64URL.decode(parts[1]), let signature = Base64URL.decode(parts[2]),
            case .object(let header) = try Self.json(headerBytes)
        else { throw .malformed }

        // The algorithm is ours, never the token's (RFC 8725 §3.1); `crit` names what we do not know (RFC 7515 §4.1.11).
        guard case .string(let algorithm) = header["alg"], algorithm.text == "HS256" else { throw .refused }
        guard header["crit"] == nil, Self.isJWT(header["typ"]) else { throw .refused }
        let keyID: String? = if case .string(let id) = header["kid"] { id.text } else { nil }
        let signed = bytes[parts[0].startIndex..<parts[1].endIndex]
        guard let key = keys.key(id: keyID),
            HMAC<SHA256>.isValidAuthenticationCode(signature, authenticating: signed, using: key.symmetric),
            case .object(let claims) = try Self.json(payloadBytes)
        else { throw .malformed }
        return try token(claims, now: now)
    }

    private func token(_ claims: JSONObject, now: Timestamp) throws(AccessTokenError) -> AccessToken {
        guard let expiresAt = try Self.time(claims["exp"]) else { throw .malformed }
        guard now < expiresAt else { throw .expired }
        let latest = now.adding(seconds: Self.clockSkew)
        let issuedAt = try Self.time(claims["iat"])
        for moment in [issuedAt, try Self.time(claims["nbf"])] {
            if let moment, moment > latest { throw .refused }
        }
        guard claims["aud"] == nil else { throw .refused }
        if let value = claims["iss"] {
            guard case .string(let text) = value, [issuer, Self.defaultIssuer].contains(text.text) else {
                throw .refused
            }
        }
        guard case .number(let number) = claims["user_id"], number.isInteger, let userID = number.integer else {
            throw .refused
        }
        var session: SessionID?
        if let value = claims["sid"] {
            guard case .string(let text) = value, let id = SessionID(text.text) else { throw .malformed }
            session = id
        } else {
            guard acceptsLegacy, Self.isLegacyAccess(claims) else { throw .refused }
        }
        let id: String? = if case .string(let text) = claims["jti"] { text.text } else { nil }
        return AccessToken(
            userID: userID, expiresAt: expiresAt, issuedAt: issuedAt, id: id, sessionID: session,
            authentication: try Self.authentication(claims))
    }

    /// - Returns: nil unless all three claims are there and of their types.
    private static func authentication(_ claims: JSONObject) throws(AccessTokenError) -> Authentication? {
        guard let moment = try time(claims["auth_time"]), case .array(let methods) = claims["amr"],
            case .string(let level) = claims["acr"]
        else { return nil }
        return Authentication(
            at: moment,
            methods: methods.compactMap { if case .string(let name) = $0 { .init(rawValue: name.text) } else { nil } },
            level: level.text)
    }

    private static let legacyClaims: Set<String> = ["user_id", "exp", "iat", "nbf", "jti", "iss", "token_type"]

    /// Whether a token without `sid` was meant for access. Much else is signed with a Django `SECRET_KEY`, so one with a
    /// claim that names another purpose is none (RFC 8725 §3.12).
    private static func isLegacyAccess(_ claims: JSONObject) -> Bool {
        guard claims.members.allSatisfy({ $0.key.isASCII && legacyClaims.contains($0.key) }) else { return false }
        guard let type = claims["token_type"] else { return true }
        return type == .string(JSONString("access"))
    }

    private static func header(keyID: String?) -> [UInt8] {
        guard let keyID else { return plainHeader }
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("alg")
        writer.string("HS256")
        writer.key("typ")
        writer.string("JWT")
        writer.key("kid")
        writer.string(keyID)
        writer.endObject()
        return writer.bytes
    }

    private static let plainHeader = Array(#"{"alg":"HS256","typ":"JWT"}"#.utf8)

    /// Duplicate names are refused: two readers could see two tokens in one (RFC 7515 §5.2).
    private static func json(_ bytes: [UInt8]) throws(AccessTokenError) -> JSONValue {
        guard let value = try? JSONReader.read(bytes, maximumDepth: 16, duplicateKeys: .refused) else {
            throw .malformed
        }
        return value
    }

    /// RFC 8725 §3.11: other kinds of tokens may one day be signed with the same key.
    private static func isJWT(_ type: JSONValue?) -> Bool {
        guard let type else { return true }
        guard case .string(let text) = type else { return false }
        return text.text.lowercased() == "jwt"
    }

    /// A NumericDate (RFC 7519 §2), which may have a fraction; nil when absent.
    private static func time(_ value: JSONValue?) throws(AccessTokenError) -> Timestamp? {
        guard let value else { return nil }
        guard case .number(let number) = value else { throw .malformed }
        if let seconds = number.integer { return Timestamp(seconds: seconds) }
        guard let seconds = Int64(exactly: number.double.rounded(.down)) else { throw .malformed }
        return Timestamp(seconds: seconds)
    }
}
