// SPDX-License-Identifier: Apache-2.0

/// The algorithm and cost of a stored password, which are no secret.
public struct PasswordSummary: Sendable, Equatable {
    /// Such as `argon2id` or `pbkdf2_sha256`; `unusable` if no password matches.
    public let algorithm: String
    /// Such as `m=19456,t=2,p=1` or `870000`; empty if the text is unusable.
    public let cost: String

    /// - Parameter encoded: the text of the `password` column.
    package init(of encoded: String) {
        guard let password = EncodedPassword(encoded) else {
            (algorithm, cost) = ("unusable", "")
            return
        }
        switch password.scheme {
        case .argon2id(let parameters, _, _):
            (algorithm, cost) = ("argon2id", "m=\(parameters.memoryKiB),t=\(parameters.passes),p=1")
        case .argon2(let variant, let phc):
            // `$argon2id$v=19$m=…,t=…,p=…$salt$hash`
            let fields = phc.split(separator: UInt8(ascii: "$"), omittingEmptySubsequences: false)
            (algorithm, cost) = (
                variant.rawValue, fields.count > 3 ? String(decoding: fields[3], as: UTF8.self) : ""
            )
        case .pbkdf2(let digest, let rounds, _, _):
            (algorithm, cost) = (digest == .sha256 ? "pbkdf2_sha256" : "pbkdf2_sha1", String(rounds))
        case .bcrypt(let hash, let ofDigest):
            algorithm = ofDigest ? "bcrypt_sha256" : "bcrypt"
            cost = String(decoding: hash.utf8.dropFirst(4).prefix(2), as: UTF8.self)
        case .scrypt(let parameters, _, _):
            (algorithm, cost) = (
                "scrypt", "n=\(parameters.workFactor),r=\(parameters.blockSize),p=\(parameters.parallelism)"
            )
        }
    }
}
