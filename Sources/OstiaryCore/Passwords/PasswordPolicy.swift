// SPDX-License-Identifier: Apache-2.0

/// One reason to refuse a new password.
public struct PasswordViolation: Sendable, Equatable {
    /// Django's code, such as `password_too_short`.
    public let code: String
    /// Django's English text.
    public let message: String

    package init(code: String, message: String) {
        self.code = code
        self.message = message
    }
}

/// The rules for new passwords: Django's four validators with their texts, codes, order and edge cases
/// (OWASP ASVS 5.0, 6.2.1, 6.2.4 and 6.2.11; NIST SP 800-63B-4, 3.1.1.2). No rule asks for certain characters.
package enum PasswordPolicy {
    /// All reasons at once; empty if the password may be used.
    /// - Parameters:
    ///   - password: the form to be hashed, of a length that the caller has bounded.
    ///   - attributes: values that belong to the user, by their names in the message. Empty values do not count. Only
    ///     the first that is too similar is reported.
    ///   - contextWords: words of the service in lower case; see ``contextWords(publicURL:)``.
    ///   - minimumLength: the minimum length in code points.
    package static func violations(
        of password: String,
        attributes: [(name: String, value: String)],
        contextWords: [String] = contextWords(publicURL: nil),
        minimumLength: Int
    ) -> [PasswordViolation] {
        let lowercased = password.lowercasedScalars
        var violations: [PasswordViolation] = []

        let similarity = PasswordSimilarity(lowercased: lowercased)
        if let name = attributes.first(where: { similarity.isTooSimilar(to: $0.value) })?.name {
            violations.append(
                PasswordViolation(
                    code: "password_too_similar", message: "The password is too similar to the \(name)."
                )
            )
        }
        if contextWords.contains(where: { isMade(lowercased, of: $0) }) {
            violations.append(
                PasswordViolation(
                    code: "password_too_similar", message: "The password is too similar to the name of this service."
                )
            )
        }
        if password.unicodeScalars.count < minimumLength {
            let characters = minimumLength == 1 ? "1 character" : "\(minimumLength) characters"
            violations.append(
                PasswordViolation(
                    code: "password_too_short",
                    message: "This password is too short. It must contain at least \(characters)."
                )
            )
        }
        if isCommon(lowercased) {
            violations.append(
                PasswordViolation(code: "password_too_common", message: "This password is too common.")
            )
        }
        if isNumeric(password) {
            violations.append(
                PasswordViolation(code: "password_entirely_numeric", message: "This password is entirely numeric.")
            )
        }
        return violations
    }

    /// The words that guessers try for this service (NIST SP 800-63B-4 §3.1.1.2): the name of the product, the host and
    /// its labels.
    /// - Parameter publicURL: scheme, host and port of the service; nil if it is not configured.
    package static func contextWords(publicURL: String?) -> [String] {
        let url = Array((publicURL ?? "").utf8)[...]
        let authority = url.parts(separatedBy: UInt8(ascii: "/")).dropFirst(2).first ?? []
        let host = authority.prefix { $0 != UInt8(ascii: ":") }
        let labels = host.parts(separatedBy: UInt8(ascii: "."))
        // Shorter words, such as top-level domains, occur in many passwords.
        let words = ([host] + labels.dropLast()).filter { $0.count >= minimumWord && $0.first != UInt8(ascii: "[") }
        return ["ostiary"] + words.map { String(decoding: $0, as: UTF8.self).lowercased() }
    }

    private static let minimumWord = 4
    /// A password with at least this many characters beside a word is not made of that word.
    private static let enoughBeside = 8

    private static func isMade(_ password: [Unicode.Scalar], of word: String) -> Bool {
        let word = Array(word.unicodeScalars)
        guard password.count >= word.count, password.count - word.count < enoughBeside else { return false }
        return (0...(password.count - word.count)).contains { password[$0...].starts(with: word) }
    }

    private static func isCommon(_ lowercased: [Unicode.Scalar]) -> Bool {
        var word = lowercased[...]
        while word.first?.isPythonSpace == true { word.removeFirst() }
        while word.last?.isPythonSpace == true { word.removeLast() }
        return CommonPasswords.contains(word.flatMap { Array(UTF8.encode($0) ?? .init()) })
    }

    private static func isNumeric(_ password: String) -> Bool {
        !password.isEmpty && password.unicodeScalars.allSatisfy(\.isPythonDigit)
    }
}
