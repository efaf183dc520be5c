// SPDX-License-Identifier: Apache-2.0

import Crypto
import CryptoExtras
import FoundationEssentials
import OstiaryTestSupport

/// An authorization server's private keys, and documents that they sign.
struct Issuer: Sendable {
    enum Algorithm: String, CaseIterable, Sendable {
        case es256 = "ES256"
        case rs256 = "RS256"
        case eddsa = "EdDSA"
    }

    let p256 = P256.Signing.PrivateKey()
    let ed25519 = Curve25519.Signing.PrivateKey()
    let rsa: _RSA.Signing.PrivateKey

    /// Keys of RSA take long to make.
    static let ours = Result { try Issuer() }
    static let foreign = Result { try Issuer() }

    init() throws { rsa = try _RSA.Signing.PrivateKey(keySize: .bits2048) }

    func sign(_ input: [UInt8], by algorithm: Algorithm) throws -> [UInt8] {
        switch algorithm {
        case .es256: Array(try p256.signature(for: input).rawRepresentation)
        case .eddsa: Array(try ed25519.signature(for: input))
        case .rs256: Array(try rsa.signature(for: input, padding: .insecurePKCS1v1_5).rawRepresentation)
        }
    }

    /// The members of a public key; its `kid` is the name of the algorithm.
    func jwk(_ algorithm: Algorithm) throws -> String {
        let numbers: String
        switch algorithm {
        case .es256:
            let point = Array(p256.publicKey.rawRepresentation)
            numbers = #""kty":"EC","crv":"P-256","x":"\#(base64URL(point[..<32]))","y":"\#(base64URL(point[32...]))""#
        case .eddsa:
            numbers = #""kty":"OKP","crv":"Ed25519","x":"\#(base64URL(ed25519.publicKey.rawRepresentation))""#
        case .rs256:
            let key = try rsa.publicKey.getKeyPrimitives()
            numbers = #""kty":"RSA","n":"\#(base64URL(key.modulus))","e":"\#(base64URL(key.publicExponent))""#
        }
        return #"{\#(numbers),"use":"sig","alg":"\#(algorithm.rawValue)","kid":"\#(algorithm.rawValue)"}"#
    }

    /// The set of all keys.
    /// - Parameter more: further elements.
    func keySet(_ more: [String] = []) throws -> String {
        #"{"keys":[\#((try Algorithm.allCases.map(jwk) + more).joined(separator: ","))]}"#
    }
}

/// A JWS before it is signed: members by their names, as JSON texts.
struct Draft: Sendable {
    var header: [(name: String, json: String)]
    var payload: [(name: String, json: String)]

    /// A good access token.
    init(
        _ algorithm: Issuer.Algorithm = .es256, issuer: String, session: String = "s1", user: String = "7",
        issuedAt: Int? = nil
    ) {
        let now = Int(Date().timeIntervalSince1970)
        header = [
            ("alg", #""\#(algorithm.rawValue)""#), ("typ", #""at+jwt""#), ("kid", #""\#(algorithm.rawValue)""#),
        ]
        payload = [
            ("iss", #""\#(issuer)""#), ("sub", #""\#(user)""#), ("aud", #""notes""#), ("client_id", #""ostiary""#),
            ("iat", "\(issuedAt ?? now - 120)"), ("exp", "\(now + 3_600)"), ("jti", #""j1""#),
            ("sid", #""\#(session)""#),
            ("user_id", user), ("auth_time", "\(now)"), ("amr", #"["pwd"]"#), ("acr", #""aal1""#),
        ]
    }

    /// The same with a member of another value; nil takes it away.
    func header(_ name: String, _ json: String?) -> Draft {
        var draft = self
        Self.set(&draft.header, name, json)
        return draft
    }

    /// The same with a claim of another value; nil takes it away.
    func claim(_ name: String, _ json: String?) -> Draft {
        var draft = self
        Self.set(&draft.payload, name, json)
        return draft
    }

    private static func set(_ members: inout [(name: String, json: String)], _ name: String, _ json: String?) {
        let place = members.firstIndex { $0.name == name }
        if let place { members.remove(at: place) }
        if let json { members.insert((name, json), at: place ?? members.endIndex) }
    }

    static func text(_ members: [(name: String, json: String)]) -> String {
        "{" + members.map { "\"\($0.name)\":\($0.json)" }.joined(separator: ",") + "}"
    }

    /// Header and payload as they are signed.
    var input: String { "\(base64URL(Self.text(header).utf8)).\(base64URL(Self.text(payload).utf8))" }

    func signed(by issuer: Issuer, _ algorithm: Issuer.Algorithm = .es256) throws -> String {
        try Self.signed(input, by: issuer, algorithm)
    }

    /// - Parameter input: header and payload of any content.
    static func signed(_ input: String, by issuer: Issuer, _ algorithm: Issuer.Algorithm = .es256) throws -> String {
        "\(input).\(base64URL(try issuer.sign(Array(input.utf8), by: algorithm)))"
    }

    /// The same header with a payload that is any text.
    func signed(payload text: some Sequence<UInt8>, by issuer: Issuer) throws -> String {
        try Self.signed("\(base64URL(Self.text(header).utf8)).\(base64URL(text))", by: issuer)
    }
}

/// Base64url without padding.
func base64URL(_ bytes: some Sequence<UInt8>) -> String {
    Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
}
