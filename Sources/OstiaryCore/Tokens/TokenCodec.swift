// SPDX-License-Identifier: Apache-2.0

/// Signs and verifies JWTs in JWS compact serialization (RFC 7515, RFC 7519, RFC 8725).
///
/// It is written here because every request verifies a token; the tests compare it with jwt-kit on random and hostile
/// tokens.
public struct TokenCodec: Sendable {
    let keys: TokenKeys

    /// The longest token that is parsed, in bytes; tokens of this server are far shorter.
    static let maximumLength = 8_192
    /// The seconds that another machine's clock may be ahead.
    static let clockSkew = 60

    /// - Parameter keys: sign and verify; their ring may be replaced while the codec is in use.
    public init(keys: TokenKeys) { self.keys = keys }

    /// - Returns: the text of the token.
    public func sign(_ claims: Claims, as kind: TokenKind) -> String { sign(claims, as: kind, with: keys.ring.signing) }

    func sign(_ claims: Claims, as kind: TokenKind, with signer: any TokenSigner) -> String {
        var payload = JSONWriter()
        claims.write(to: &payload)
        return String(decoding: Self.sign(payload.bytes, as: kind, with: signer), as: UTF8.self)
    }

    /// - Parameter payload: the JSON document of the claims.
    /// - Returns: the compact form.
    static func sign(_ payload: [UInt8], as kind: TokenKind, with signer: any TokenSigner) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(200 + payload.count / 3 * 4)
        Base64URL.append(header(of: kind, signer), to: &text)
        text.append(UInt8(ascii: "."))
        Base64URL.append(payload, to: &text)
        let signature = signer.sign(text)
        text.append(UInt8(ascii: "."))
        Base64URL.append(signature, to: &text)
        return text
    }

    /// Verifies signature, kind and times. The caller checks all other claims.
    /// - Returns: the claims and the fingerprint of the key that verified them.
    /// - Throws: ``TokenError``.
    public func verify(
        _ text: String, as kind: TokenKind, now: Timestamp
    ) throws(TokenError) -> (claims: Claims, key: String) {
        let (claims, key) = try verify(text, now: now) { _ in kind }
        return (claims, key.fingerprint)
    }

    /// - Parameter kind: the kind of tokens of a key.
    func verify(
        _ text: String, now: Timestamp, as kind: (any VerifyingKey) -> TokenKind
    ) throws(TokenError) -> (claims: Claims, key: any VerifyingKey) {
        let ring = keys.ring
        let bytes = Array(text.utf8.prefix(Self.maximumLength + 1))
        guard bytes.count <= Self.maximumLength else { throw .malformed }
        let parts = bytes.split(separator: UInt8(ascii: "."), maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count == 3, let headerBytes = Base64URL.decode(parts[0]),
            let payloadBytes = Base64URL.decode(parts[1]), let signature = Base64URL.decode(parts[2]),
            case .object(let header) = try Self.json(headerBytes)
        else { throw .malformed }

        // `crit` names extensions, none of which is supported (RFC 7515 §4.1.11).
        guard case .string(let algorithm) = header["alg"], header["crit"] == nil else { throw .refused }
        let keyID: String? = if case .string(let id) = header["kid"] { id.text } else { nil }
        guard let key = ring.key(id: keyID) else { throw .malformed }
        guard algorithm.text.hasSameBytes(as: key.algorithm), kind(key).isNamed(by: header["typ"]) else {
            throw .refused
        }
        guard key.verifies(signature, of: bytes[parts[0].startIndex..<parts[1].endIndex]),
            case .object(let payload) = try Self.json(payloadBytes)
        else { throw .malformed }
        let claims = try Claims(payload)
        guard let expiresAt = claims.expiresAt else { throw .malformed }
        guard now < expiresAt else { throw .expired }
        let latest = now.adding(seconds: Self.clockSkew)
        for moment in [claims.issuedAt, claims.notBefore] {
            if let moment, moment > latest { throw .refused }
        }
        return (claims, key)
    }

    private static func header(of kind: TokenKind, _ signer: any TokenSigner) -> [UInt8] {
        if signer.id == nil, kind == .access, signer.algorithm.hasSameBytes(as: "HS256") { return plainHeader }
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("alg")
        writer.string(signer.algorithm)
        writer.key("typ")
        writer.string(kind.type)
        if let id = signer.id {
            writer.key("kid")
            writer.string(id)
        }
        writer.endObject()
        return writer.bytes
    }

    private static let plainHeader = Array(#"{"alg":"HS256","typ":"JWT"}"#.utf8)

    /// Reads a JSON object. Duplicate names are refused, since readers differ in what they take (RFC 7515 §5.2).
    private static func json(_ bytes: [UInt8]) throws(TokenError) -> JSONValue {
        guard let value = try? JSONReader.read(bytes, maximumDepth: 16, duplicateKeys: .refused) else {
            throw .malformed
        }
        return value
    }
}

extension TokenKind {
    /// - Parameter value: `typ` of a header.
    fileprivate func isNamed(by value: JSONValue?) -> Bool {
        guard let value else { return isDefault }
        guard case .string(let text) = value else { return false }
        // `application/` may be omitted (RFC 7515 §4.1.9), and tokens of this server always omit it.
        return text.text.isASCII && text.text.lowercased().hasSameBytes(as: type.lowercased())
    }
}
