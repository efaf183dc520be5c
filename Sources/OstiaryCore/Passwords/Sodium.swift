// SPDX-License-Identifier: Apache-2.0

import CSodium

/// The few functions of libsodium that password hashing needs. They block, and most of them for long.
package enum Sodium {
    /// Chooses the fastest code for this processor, once; false if the library cannot be used at all.
    private static let isReady = sodium_init() >= 0

    /// The version as loaded.
    static var version: String { String(cString: sodium_version_string()) }

    /// The salt that libsodium takes for Argon2, in bytes.
    static let saltLength = Int(crypto_pwhash_argon2id_SALTBYTES)

    /// Argon2id version 19 with one lane (RFC 9106).
    /// - Returns: nil if the memory was refused or libsodium does not take such parameters.
    static func argon2id(_ password: [UInt8], salt: [UInt8], _ cost: Argon2Parameters, length: Int) -> [UInt8]? {
        let (memory, overflow) = cost.memoryKiB.multipliedReportingOverflow(by: 1024)
        guard isReady, salt.count == saltLength, memory > 0, !overflow, let passes = UInt64(exactly: cost.passes)
        else { return nil }
        var hash = [UInt8](repeating: 0, count: length)
        let result = crypto_pwhash_argon2id(
            &hash, UInt64(length), password, UInt64(password.count), salt, passes, memory,
            crypto_pwhash_argon2id_ALG_ARGON2ID13
        )
        return result == 0 ? hash : nil
    }

    /// Compares a password with an Argon2 hash in PHC form of any number of lanes and any salt.
    /// - Returns: false also if the memory was refused: libsodium does not tell the difference here.
    static func argon2Verify(_ password: [UInt8], _ variant: EncodedPassword.Argon2Variant, phc: [UInt8]) -> Bool {
        guard isReady, phc.count < crypto_pwhash_argon2id_STRBYTES else { return false }
        // The documented size of the text; the zeros behind it end the C string.
        let text = phc + [UInt8](repeating: 0, count: Int(crypto_pwhash_argon2id_STRBYTES) - phc.count)
        return switch variant {
        case .argon2id: crypto_pwhash_argon2id_str_verify(text, password, UInt64(password.count)) == 0
        case .argon2i: crypto_pwhash_argon2i_str_verify(text, password, UInt64(password.count)) == 0
        }
    }

    /// scrypt (RFC 7914).
    /// - Returns: nil if the memory was refused or the parameters are impossible.
    static func scrypt(_ password: [UInt8], salt: [UInt8], _ cost: ScryptParameters, length: Int) -> [UInt8]? {
        guard isReady,
            let workFactor = UInt64(exactly: cost.workFactor),
            let blockSize = UInt32(exactly: cost.blockSize),
            let parallelism = UInt32(exactly: cost.parallelism)
        else { return nil }
        var hash = [UInt8](repeating: 0, count: length)
        let result = crypto_pwhash_scryptsalsa208sha256_ll(
            password, password.count, salt, salt.count, workFactor, blockSize, parallelism, &hash, length
        )
        return result == 0 ? hash : nil
    }

    /// Compares in a time that does not depend on the content.
    static func areEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        left.count == right.count && sodium_memcmp(left, right, left.count) == 0
    }

    /// Base64 of RFC 4648 section 4, without padding.
    static func base64(_ bytes: [UInt8]) -> String {
        var text = [UInt8](repeating: 0, count: (bytes.count * 4 + 2) / 3 + 1)
        sodium_bin2base64(&text, text.count, bytes, bytes.count, sodium_base64_VARIANT_ORIGINAL_NO_PADDING)
        return String(decoding: text.dropLast(), as: UTF8.self)
    }

    /// Base64 of RFC 4648 section 4 in its only canonical spelling.
    /// - Returns: nil if a character, the padding or an unused bit is wrong.
    package static func bytes(base64 text: [UInt8], padded: Bool) -> [UInt8]? {
        let variant = padded ? sodium_base64_VARIANT_ORIGINAL : sodium_base64_VARIANT_ORIGINAL_NO_PADDING
        var bytes = [UInt8](repeating: 0, count: text.count)
        var count = 0
        guard sodium_base642bin(&bytes, bytes.count, text, text.count, nil, &count, nil, variant) == 0 else {
            return nil
        }
        return Array(bytes.prefix(count))
    }
}
