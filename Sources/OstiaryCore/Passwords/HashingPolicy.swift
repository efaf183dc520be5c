// SPDX-License-Identifier: Apache-2.0

/// The form of new password hashes. A hash of any other form is replaced at the next login of its owner.
package enum HashingPolicy: Sendable, Hashable {
    /// Argon2id, in the form of this server.
    case argon2id(Argon2Parameters)
    /// PBKDF2 with SHA-256, in the form of Django's default hasher.
    ///
    /// Django replaces each hash with other rounds than its own, so both have to have the same: otherwise each login at one
    /// of them would end the user's sessions at the other, which hang on the text of the hash.
    case pbkdf2(rounds: Int)

    /// Argon2id with the recommended parameters.
    package static let standard = HashingPolicy.argon2id(.recommended)

    /// The most rounds of PBKDF2, which is also the most that a stored hash may ask for.
    static let maximumRounds = 10_000_000

    /// - Parameter text: `argon2id`, or `pbkdf2_sha256:ROUNDS` with 1…10,000,000 rounds.
    /// - Returns: nil for any other text.
    package init?(_ text: String) {
        if text.hasSameBytes(as: "argon2id") {
            self = .standard
            return
        }
        let prefix = "pbkdf2_sha256:"
        guard text.hasBytePrefix(prefix) else { return nil }
        let digits = String(decoding: text.utf8.dropFirst(prefix.utf8.count), as: UTF8.self)
        guard let rounds = Int(digits), (1...Self.maximumRounds).contains(rounds), "\(rounds)".hasSameBytes(as: digits)
        else { return nil }
        self = .pbkdf2(rounds: rounds)
    }

    /// The text that ``init(_:)`` reads.
    package var description: String {
        switch self {
        case .argon2id: "argon2id"
        case .pbkdf2(let rounds): "pbkdf2_sha256:\(rounds)"
        }
    }

    /// True if a password is hashed in its NFC form. Django hashes it as it was sent.
    var normalizes: Bool {
        switch self {
        case .argon2id: true
        case .pbkdf2: false
        }
    }
}
