// SPDX-License-Identifier: Apache-2.0

/// A salt as Django writes it: 22 letters and digits, the fewest that have 128 bits. Django replaces a hash with a shorter
/// salt at the next login.
enum PasswordSalt {
    static let length = 22
    private static let alphabet = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789".utf8)

    /// - Parameter random: returns so many unpredictable bytes.
    static func make(random: (Int) -> [UInt8]) -> [UInt8] {
        // Of 256 values 248 are four times 62; the others are drawn again, so that each character is as likely.
        let limit = 256 / alphabet.count * alphabet.count
        var salt: [UInt8] = []
        while salt.count < length {
            salt += random(length).lazy.map(Int.init).filter { $0 < limit }.map { alphabet[$0 % alphabet.count] }
        }
        return Array(salt.prefix(length))
    }
}
