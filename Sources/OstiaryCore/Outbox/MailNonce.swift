// SPDX-License-Identifier: Apache-2.0

/// 16 random bytes of a message, from which its token and code are derived. They alone are no secret, and unlike the
/// number of a row they never come again after a backup was restored.
public struct MailNonce: Sendable, Hashable {
    /// The 16 bytes.
    public let bytes: [UInt8]

    package init(random: RandomBits = systemRandomBits) { bytes = UUIDText.bytes(random()) }

    /// - Returns: nil unless there are 16 bytes.
    public init?(bytes: [UInt8]) {
        guard bytes.count == 16 else { return nil }
        self.bytes = bytes
    }
}
