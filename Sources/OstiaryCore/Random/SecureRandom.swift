// SPDX-License-Identifier: Apache-2.0

/// The operating system's cryptographic generator.
package enum SecureRandom {
    /// - Returns: so many unpredictable bytes.
    package static func bytes(_ count: Int) -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in generator.next() }
    }
}

/// The source of 128 random bits. Tests pass one that counts.
package typealias RandomBits = @Sendable () -> UInt128

/// 128 bits of the operating system's cryptographic generator.
package let systemRandomBits: RandomBits = {
    var generator = SystemRandomNumberGenerator()
    return generator.next()
}
