// SPDX-License-Identifier: Apache-2.0

/// A password hash of the `password` column, in one of Django's forms.
///
/// A row is data from outside, and its parameters could ask for a year of work or for all of the memory. So a hash
/// beyond these limits, each of which is one to three seconds of one core, counts as malformed:
///
/// | form | limit | Django's highest default so far |
/// |---|---|---|
/// | Argon2 | 256 MiB, 10 passes, 16 lanes | 100 MiB, 2 passes, 8 lanes |
/// | PBKDF2 | 10,000,000 rounds | 1,500,000 rounds |
/// | scrypt | 256 MiB, 512 MiB for all lanes together, 16 lanes, block size 64 | 16 MiB, 5 lanes, 8 |
/// | bcrypt | cost 15 | cost 12 |
package struct EncodedPassword: Sendable, Equatable, CustomStringConvertible {
    enum Argon2Variant: String { case argon2id, argon2i }
    enum Digest: Int { case sha256 = 32, sha1 = 20 }

    enum Scheme: Equatable {
        /// Argon2id with one lane and a salt of 16 bytes, as this server writes it.
        case argon2id(Argon2Parameters, salt: [UInt8], hash: [UInt8])
        /// Any other Argon2 hash, in PHC form.
        case argon2(Argon2Variant, phc: [UInt8])
        case pbkdf2(Digest, rounds: Int, salt: [UInt8], hash: [UInt8])
        case scrypt(ScryptParameters, salt: [UInt8], hash: [UInt8])
        /// A hash of bcrypt as crypt(5) writes it.
        /// - Parameter ofDigest: true if not the password was hashed but the hexadecimal digits of its SHA-256.
        case bcrypt(String, ofDigest: Bool)
    }

    let scheme: Scheme

    /// The width of the column, in code points.
    static let maximumLength = 128

    /// - Parameter text: the stored text.
    /// - Returns: nil if no password can match: the text is unusable (`!…`), malformed, of an unknown form, longer than
    ///   128 code points or beyond the limits.
    package init?(_ text: String) {
        guard text.unicodeScalars.count <= Self.maximumLength else { return nil }
        let fields = text.utf8.split(separator: UInt8(ascii: "$"), omittingEmptySubsequences: false).map(Array.init)
        let scheme: Scheme? =
            switch String(decoding: fields[0], as: UTF8.self) {
            case "argon2": Self.argon2(fields, phc: Array(text.utf8.dropFirst("argon2".utf8.count)))
            case "pbkdf2_sha256": Self.pbkdf2(.sha256, fields)
            case "pbkdf2_sha1": Self.pbkdf2(.sha1, fields)
            case "scrypt": Self.scrypt(fields)
            case "bcrypt": Self.bcrypt(text, after: "bcrypt$", ofDigest: false)
            case "bcrypt_sha256": Self.bcrypt(text, after: "bcrypt_sha256$", ofDigest: true)
            default: nil
            }
        guard let scheme else { return nil }
        self.scheme = scheme
    }

    /// The name of the type: salt and hash must not reach a log.
    package var description: String { "EncodedPassword" }

    /// `argon2$argon2id$v=19$m=19456,t=2,p=1$<salt>$<hash>`, base64 without padding.
    private static func argon2(_ fields: [[UInt8]], phc: [UInt8]) -> Scheme? {
        guard fields.count == 6, let variant = Argon2Variant(rawValue: String(decoding: fields[1], as: UTF8.self)),
            fields[2].elementsEqual("v=19".utf8)
        else { return nil }
        let costs = fields[3].split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
        guard costs.count == 3,
            let memory = number(costs[0], after: "m="), let passes = number(costs[1], after: "t="),
            let lanes = number(costs[2], after: "p="),
            passes <= 10, lanes <= 16, (8 * lanes...256 * 1024).contains(memory),
            let salt = Sodium.bytes(base64: fields[4], padded: false), salt.count >= 8,
            let hash = Sodium.bytes(base64: fields[5], padded: false), hash.count >= 16
        else { return nil }
        guard variant == .argon2id, lanes == 1, salt.count == Sodium.saltLength else {
            return .argon2(variant, phc: phc)
        }
        return .argon2id(Argon2Parameters(memoryKiB: memory, passes: passes), salt: salt, hash: hash)
    }

    /// `pbkdf2_sha256$<rounds>$<salt, plain text>$<hash, padded base64>`
    private static func pbkdf2(_ digest: Digest, _ fields: [[UInt8]]) -> Scheme? {
        guard fields.count == 4, let rounds = number(fields[1]), rounds <= HashingPolicy.maximumRounds,
            !fields[2].isEmpty,
            let hash = Sodium.bytes(base64: fields[3], padded: true), hash.count == digest.rawValue
        else { return nil }
        return .pbkdf2(digest, rounds: rounds, salt: fields[2], hash: hash)
    }

    /// `scrypt$<work factor>$<salt, plain text>$<block size>$<parallelism>$<hash, padded base64>`
    private static func scrypt(_ fields: [[UInt8]]) -> Scheme? {
        guard fields.count == 6, !fields[2].isEmpty,
            let workFactor = number(fields[1]), let blockSize = number(fields[3]), let lanes = number(fields[4]),
            workFactor > 1, workFactor & (workFactor - 1) == 0, blockSize <= 64, lanes <= 16,
            let hash = Sodium.bytes(base64: fields[5], padded: true), hash.count == 64
        else { return nil }
        // In units of 128 bytes. Ten digits times 64 do not overflow, nor does the product below the first limit.
        let memory = workFactor * blockSize
        guard memory <= 2 << 20, memory * lanes <= 4 << 20 else { return nil }
        let cost = ScryptParameters(workFactor: workFactor, blockSize: blockSize, parallelism: lanes)
        return .scrypt(cost, salt: fields[2], hash: hash)
    }

    /// `bcrypt$$2b$12$<22 characters of salt><31 of hash>`: the form of crypt(5) behind the name.
    private static func bcrypt(_ text: String, after prefix: StaticString, ofDigest: Bool) -> Scheme? {
        let hash = Array(text.utf8.dropFirst(prefix.utf8CodeUnitCount))
        guard hash.count == 60, ["$2a$", "$2b$", "$2y$"].contains(where: { hash.starts(with: $0.utf8) }),
            hash[6] == UInt8(ascii: "$"), let rounds = number(costDigits(hash)),
            (4...maximumBcryptCost).contains(rounds), hash[7...].allSatisfy(isBcryptDigit)
        else { return nil }
        return .bcrypt(String(decoding: hash, as: UTF8.self), ofDigest: ofDigest)
    }

    /// Each step doubles the time: 2^15 rounds take about 3 seconds.
    private static let maximumBcryptCost = 15

    /// The two digits of the cost, without a leading zero.
    private static func costDigits(_ hash: [UInt8]) -> ArraySlice<UInt8> {
        hash[4..<6].drop { $0 == UInt8(ascii: "0") }
    }

    private static func isBcryptDigit(_ byte: UInt8) -> Bool {
        byte.isASCIILetter || byte.isASCIIDigit || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "/")
    }

    /// A positive number of at most ten digits in its only canonical spelling.
    private static func number(_ bytes: some Collection<UInt8>, after prefix: StaticString = "") -> Int? {
        let text = String(decoding: bytes, as: UTF8.self)
        guard text.hasPrefix(prefix.description) else { return nil }
        let digits = text.dropFirst(prefix.utf8CodeUnitCount)
        guard digits.utf8.count <= 10, let number = Int(digits), number > 0, String(number) == digits
        else { return nil }
        return number
    }
}
