// SPDX-License-Identifier: Apache-2.0

/// A JWS in its compact form (RFC 7515 §7.1), taken apart. Nothing in it is proven yet.
struct SignedText {
    /// The algorithm that the header names, one of those that are pinned.
    let algorithm: SignatureAlgorithm
    /// `kid`.
    let keyID: String
    private let bytes: [UInt8]
    private let signedEnd: Int
    private let payloadStart: Int
    private let signature: [UInt8]

    /// - Parameters:
    ///   - bytes: the text.
    ///   - type: the `typ` that it has to have, in lower case.
    ///   - algorithms: the pinned algorithms.
    /// - Throws: the rule that refuses it. `jku`, `jwk`, `x5u` and `x5c` are not read: the key is the issuer's or none.
    init(_ bytes: [UInt8], type: String, algorithms: Set<SignatureAlgorithm>) throws(TokenRefusal) {
        let parts = bytes.split(separator: UInt8(ascii: "."), maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count == 3, let signature = Base64URL.decode(parts[2]),
            let header = Base64URL.decode(parts[0]).flatMap({ JSON.object($0, hasASCIINames: true) })
        else { throw .malformed }
        guard header["crit"] == nil else { throw .criticalHeader }
        guard let algorithm = (header["alg"]?.text).flatMap(SignatureAlgorithm.init), algorithms.contains(algorithm)
        else { throw .algorithm }
        guard let name = header["typ"]?.id?.lowercased(), name == type || name == "application/\(type)" else {
            throw .type
        }
        guard let keyID = header["kid"]?.id else { throw .unknownKey }
        self.algorithm = algorithm
        self.keyID = keyID
        self.bytes = bytes
        self.signature = signature
        (payloadStart, signedEnd) = (parts[1].startIndex, parts[1].endIndex)
    }

    /// The `iat` of the payload, which nobody has proven; 0 without one.
    var claimedIssuedAt: Double {
        let payload = Base64URL.decode(bytes[payloadStart..<signedEnd]).flatMap { JSON.object($0, hasASCIINames: true) }
        return payload?["iat"]?.seconds.map(Double.init) ?? 0
    }

    /// The payload, proven by a key.
    /// - Parameter key: the key of ``keyID``.
    /// - Throws: the rule that refuses it.
    func payload(by key: VerificationKey) throws(TokenRefusal) -> (bytes: [UInt8], members: [String: JSON]) {
        guard key.algorithm == algorithm else { throw .algorithm }
        guard key.verifies(signature, of: bytes[..<signedEnd]) else { throw .signature }
        guard let payload = Base64URL.decode(bytes[payloadStart..<signedEnd]), let members = JSON.object(payload) else {
            throw .malformed
        }
        return (payload, members)
    }
}

extension TokenRefusal: Error {}
