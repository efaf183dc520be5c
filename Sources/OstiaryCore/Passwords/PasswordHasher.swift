// SPDX-License-Identifier: Apache-2.0

import Crypto
import CryptoExtras

/// The cost of one Argon2id hash with a single lane.
package struct Argon2Parameters: Sendable, Hashable {
    package let memoryKiB: Int
    package let passes: Int

    /// - Parameters:
    ///   - memoryKiB: memory in KiB, at least 8.
    ///   - passes: the number of passes over the memory, at least 1.
    package init(memoryKiB: Int, passes: Int) {
        self.memoryKiB = memoryKiB
        self.passes = passes
    }

    /// 19 MiB and two passes: the first choice of OWASP's Password Storage Cheat Sheet (ASVS 5.0, 11.4.2).
    package static let recommended = Argon2Parameters(memoryKiB: 19456, passes: 2)
}

/// The cost of one scrypt hash (RFC 7914: N, r and p).
struct ScryptParameters: Equatable {
    let workFactor: Int
    let blockSize: Int
    let parallelism: Int
}

/// The operating system refused the memory for a hash, or the parameters of the hash are impossible. The error says
/// nothing about the password.
public struct PasswordHashingFailed: Error, Equatable {
    package init() {}
}

/// The result of comparing a password with a stored hash.
package struct Verification: Sendable, Equatable {
    /// True if the password is right.
    package let valid: Bool
    /// True if the password is right and its hash is outdated.
    package let needsRehash: Bool

    package init(valid: Bool, needsRehash: Bool) {
        self.valid = valid
        self.needsRehash = needsRehash
    }
}

/// Hashes and compares passwords. Each call blocks its thread for tens of milliseconds; see ``Passwords``.
///
/// All bytes of a password count, NUL included.
package struct PasswordHasher: Sendable {
    /// The version of libsodium as loaded.
    package static var libraryVersion: String { Sodium.version }

    package let policy: HashingPolicy
    private let random: @Sendable (Int) -> [UInt8]
    /// An encoded password of nobody, as long and as costly as those of this hasher, for logins to unknown accounts.
    let decoy: String
    private static let hashLength = 32

    /// - Parameters:
    ///   - policy: the form of new hashes.
    ///   - random: returns so many unpredictable bytes, for salts.
    package init(
        _ policy: HashingPolicy = .standard,
        random: @escaping @Sendable (Int) -> [UInt8] = { SecureRandom.bytes($0) }
    ) {
        self.policy = policy
        self.random = random
        let hash = [UInt8](repeating: 0, count: Self.hashLength)
        switch policy {
        case .argon2id(let parameters):
            decoy = Self.encoded(
                salt: [UInt8](repeating: 0x6f, count: Sodium.saltLength), hash: hash, parameters)
        case .pbkdf2(let rounds):
            decoy = Self.encoded(salt: [UInt8](repeating: 0x6f, count: PasswordSalt.length), hash: hash, rounds)
        }
    }

    /// A hasher by Argon2id.
    package init(
        parameters: Argon2Parameters,
        random: @escaping @Sendable (Int) -> [UInt8] = { SecureRandom.bytes($0) }
    ) {
        self.init(.argon2id(parameters), random: random)
    }

    private static func encoded(salt: [UInt8], hash: [UInt8], _ cost: Argon2Parameters) -> String {
        let cost = "m=\(cost.memoryKiB),t=\(cost.passes),p=1"
        return "argon2$argon2id$v=19$\(cost)$\(Sodium.base64(salt))$\(Sodium.base64(hash))"
    }

    /// `pbkdf2_sha256$<rounds>$<salt>$<hash, padded base64>`, as Django writes it; 32 bytes need one `=`.
    private static func encoded(salt: [UInt8], hash: [UInt8], _ rounds: Int) -> String {
        "pbkdf2_sha256$\(rounds)$\(String(decoding: salt, as: UTF8.self))$\(Sodium.base64(hash))="
    }

    /// Hashes a password with a new salt.
    /// - Returns: a text of about 100 characters, in a form that Django reads, too.
    package func hash(_ password: [UInt8]) throws(PasswordHashingFailed) -> String {
        switch policy {
        case .argon2id(let parameters):
            let salt = random(Sodium.saltLength)
            let hash = try argon2id(password, salt: salt, parameters, length: Self.hashLength)
            return Self.encoded(salt: salt, hash: hash, parameters)
        case .pbkdf2(let rounds):
            let salt = PasswordSalt.make(random: random)
            return Self.encoded(salt: salt, hash: try pbkdf2(password, salt: salt, .sha256, rounds: rounds), rounds)
        }
    }

    /// Compares a password with a stored hash, in constant time.
    ///
    /// A text that no password can match (see ``EncodedPassword``) takes as long as one of this server's hashes. A hash
    /// of another form takes its own time until the next successful login replaces it.
    package func verify(
        _ password: [UInt8],
        against encoded: String
    ) throws(PasswordHashingFailed) -> Verification {
        guard let stored = EncodedPassword(encoded) else { return try verifyNothing(password) }
        let valid = try matches(password, stored.scheme)
        return Verification(valid: valid, needsRehash: valid && !isCurrent(stored.scheme))
    }

    /// Takes as long as ``verify(_:against:)`` with one of this server's hashes and never succeeds: for users who do
    /// not exist (ASVS 5.0, 6.3.8).
    @discardableResult
    package func verifyNothing(_ password: [UInt8]) throws(PasswordHashingFailed) -> Verification {
        // Parameters beyond the limits of EncodedPassword are an error, as in every other call.
        guard let stored = EncodedPassword(decoy) else { throw PasswordHashingFailed() }
        _ = try matches(password, stored.scheme)
        return Verification(valid: false, needsRehash: false)
    }

    private func matches(_ password: [UInt8], _ scheme: EncodedPassword.Scheme) throws(PasswordHashingFailed) -> Bool {
        switch scheme {
        case .argon2id(let cost, let salt, let hash):
            return Sodium.areEqual(try argon2id(password, salt: salt, cost, length: hash.count), hash)
        case .argon2(let variant, let phc):
            return Sodium.argon2Verify(password, variant, phc: phc)
        case .pbkdf2(let digest, let rounds, let salt, let hash):
            return Sodium.areEqual(try pbkdf2(password, salt: salt, digest, rounds: rounds), hash)
        case .scrypt(let cost, let salt, let hash):
            guard let computed = Sodium.scrypt(password, salt: salt, cost, length: hash.count) else {
                throw PasswordHashingFailed()
            }
            return Sodium.areEqual(computed, hash)
        case .bcrypt(let hash, let ofDigest):
            let key = ofDigest ? Array(SHA256.hash(data: password)).flatMap(Self.hexadecimal) : password
            guard !key.contains(0) else { return false }
            guard let computed = Bcrypt.hash(key, as: hash) else { throw PasswordHashingFailed() }
            return Sodium.areEqual(computed, Array(hash.utf8))
        }
    }

    /// Two lower-case digits.
    private static func hexadecimal(_ byte: UInt8) -> [UInt8] {
        [byte >> 4, byte & 15].map { $0 < 10 ? UInt8(ascii: "0") + $0 : UInt8(ascii: "a") + $0 - 10 }
    }

    /// False for every other cost, a higher one too: where all logins take the same time, the time tells nothing.
    private func isCurrent(_ scheme: EncodedPassword.Scheme) -> Bool {
        switch (policy, scheme) {
        case (.argon2id(let parameters), .argon2id(let cost, _, let hash)):
            cost == parameters && hash.count == Self.hashLength
        case (.pbkdf2(let wanted), .pbkdf2(.sha256, let rounds, let salt, _)):
            rounds == wanted && salt.count >= PasswordSalt.length
        default: false
        }
    }

    private func argon2id(
        _ password: [UInt8], salt: [UInt8], _ cost: Argon2Parameters, length: Int
    ) throws(PasswordHashingFailed) -> [UInt8] {
        guard let hash = Sodium.argon2id(password, salt: salt, cost, length: length) else {
            throw PasswordHashingFailed()
        }
        return hash
    }

    private func pbkdf2(
        _ password: [UInt8], salt: [UInt8], _ digest: EncodedPassword.Digest, rounds: Int
    ) throws(PasswordHashingFailed) -> [UInt8] {
        // HMAC pads a short key with zeros, so `[0]` is the same key as `[]`; an empty array has no address.
        let key = password.isEmpty ? [0] : password
        do {
            return try KDF.Insecure.PBKDF2.deriveKey(
                from: key, salt: salt, using: digest == .sha256 ? .sha256 : .insecureSHA1,
                outputByteCount: digest.rawValue, unsafeUncheckedRounds: rounds
            ).withUnsafeBytes { Array($0) }
        } catch {
            throw PasswordHashingFailed()
        }
    }
}
