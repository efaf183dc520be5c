// SPDX-License-Identifier: Apache-2.0

import Glibc
import OstiaryCore
import OstiarySQL

/// The conclusion from stored passwords about the hasher that Django has now.
struct HasherAdvice {
    let forms: [PasswordForm]
    /// The hashes of the newest accounts.
    let newest: [String]

    var passwords: [AdoptionReport.Password] {
        forms.map { form in
            let name = form.parameter.isEmpty ? form.algorithm : "\(form.algorithm)$\(form.parameter)"
            return AdoptionReport.Password(
                form: name.printable + (form.hasShortSalt ? " with a short salt" : ""), count: form.count,
                isKnown: form.isKnown)
        }
    }

    /// The value of `--password-hasher`; nil if Django has none that a server writes, or there is no password.
    ///
    /// Old accounts keep their rounds until their next login, so the newest accounts tell what Django does now.
    var hasher: String? { leading.flatMap(Self.hasher(of:)) }

    private var leading: String? {
        let names = newest.compactMap(Self.form(of:))
        let counts = Dictionary(names.map { ($0, 1) }, uniquingKeysWith: +)
        if let top = counts.max(by: { ($0.value, $1.key) < ($1.value, $0.key) }), top.value * 2 > names.count {
            return top.key
        }
        return forms.first(where: \.isKnown).map { "\($0.algorithm)$\($0.parameter)" }
    }

    private static func form(of encoded: String) -> String? {
        guard EncodedPassword(encoded) != nil else { return nil }
        return encoded.split(separator: "$", omittingEmptySubsequences: false).prefix(2).joined(separator: "$")
    }

    private static func hasher(of form: String) -> String? {
        let parts = form.split(separator: "$", omittingEmptySubsequences: false)
        switch parts.first {
        case "pbkdf2_sha256": return "pbkdf2_sha256:\(parts.dropFirst().first ?? "")"
        case "argon2": return "argon2id"
        default: return nil
        }
    }

    /// - Parameter configured: the value of `--password-hasher`; nil if none is given.
    func findings(configured: String?) -> [AdoptionFinding] {
        var findings: [AdoptionFinding] = []
        let unknown = forms.filter { !["!", ""].contains($0.algorithm) && !$0.isKnown }
        if !unknown.isEmpty {
            let count = unknown.map(\.count).reduce(0, +)
            findings.append(
                AdoptionFinding(
                    .warning, .unknownHashes,
                    "Accounts with a password of a form that the server does not know: \(count).",
                    advice: "Their owners cannot log in here before Django has hashed it anew, at a login there.",
                    count: count, samples: unknown.prefix(10).map { $0.algorithm.printable }))
        }
        let short = forms.filter(\.hasShortSalt).map(\.count).reduce(0, +)
        if short > 0 {
            findings.append(
                AdoptionFinding(
                    .warning, .shortSalts,
                    "Accounts with a password whose salt has fewer than 22 characters: \(short).",
                    advice:
                        "It is hashed anew at the next login, on either side, which ends that user's sessions in Django.",
                    count: short))
        }
        guard let leading else { return findings }
        if hasher == nil || hasher == "argon2id" {
            let name = leading.split(separator: "$").first.map(String.init)?.printable ?? ""
            findings.append(
                AdoptionFinding(
                    .warning, .otherHasher,
                    "Django hashes new passwords by \(name), with parameters that the server does not write.",
                    advice: """
                        Each login on one side hashes the password anew for the other, which ends that user's sessions in \
                        Django. Put PBKDF2PasswordHasher first in its PASSWORD_HASHERS while both run.
                        """))
        } else if let configured, let hasher, configured != hasher {
            findings.append(
                AdoptionFinding(
                    .warning, .otherRounds,
                    "--password-hasher is \(configured.printable), but Django's newest accounts have \(hasher).",
                    advice: """
                        With other rounds each login on one side hashes the password anew for the other, which ends that \
                        user's sessions in Django. Give the rounds that Django has now.
                        """))
        }
        return findings
    }

    /// - Returns: nil if the hasher is not PBKDF2, or its rounds are no number.
    static func rounds(of hasher: String?) -> Int? {
        guard let hasher, case .pbkdf2(let rounds)? = HashingPolicy(hasher) else { return nil }
        return rounds
    }

    /// The processor time of one PBKDF2 hash on this machine, in microseconds: the best of three.
    /// - Throws: ``PasswordHashingFailed``.
    static func cost(ofRounds rounds: Int) throws -> Int64 {
        let hasher = PasswordHasher()
        let encoded = "pbkdf2_sha256$\(rounds)$AAAAAAAAAAAAAAAAAAAAAA$\(String(repeating: "A", count: 43))="
        return try (0..<3).map { _ in
            let start = processorTime()
            _ = try hasher.verify(Array("a password".utf8), against: encoded)
            return processorTime() - start
        }.min() ?? 0
    }

    private static func processorTime() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000
    }
}

extension PasswordForm {
    /// True if a login with such a hash is possible. One of both samples may be damaged.
    fileprivate var isKnown: Bool { samples.contains { EncodedPassword($0) != nil } }
}
