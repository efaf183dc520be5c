// SPDX-License-Identifier: Apache-2.0

/// One reason to refuse a new password.
public struct PasswordViolation: Sendable, Equatable {
    /// Django's code, such as `password_too_short`.
    public let code: String
    /// Django's English text.
    public let message: String

    public init(code: String, message: String) {
        self.code = code
        self.message = message
    }
}

/// Which new passwords are refused: Django's four validators, with its texts, codes, order and edge cases
/// (OWASP ASVS 5.0, 6.2.1, 6.2.4 and 6.2.11; NIST SP 800-63B-4, 3.1.1.2). No rule asks for certain characters.
package enum PasswordPolicy {
    /// All reasons at once; empty if the password may be used.
    /// - Parameters:
    ///   - password: as it will be hashed, at most of a length the caller has checked.
    ///   - attributes: what is known about the user, named as the message shall name it; empty values do not count.
    ///     The first that is too similar is reported, no further one.
    ///   - contextWords: of the service, in lower case; see ``contextWords(publicURL:)``.
    ///   - minimumLength: in code points.
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

    /// The words that a guesser tries first here (NIST SP 800-63B-4 §3.1.1.2): the product's name, and the parts of the
    /// name under which the service is known.
    /// - Parameter publicURL: scheme, host and port; nil where nobody has said.
    package static func contextWords(publicURL: String?) -> [String] {
        let url = Array((publicURL ?? "").utf8)[...]
        let authority = url.parts(separatedBy: UInt8(ascii: "/")).dropFirst(2).first ?? []
        let host = authority.prefix { $0 != UInt8(ascii: ":") }
        let labels = host.parts(separatedBy: UInt8(ascii: "."))
        // Shorter ones, top-level domains among them, stand in many words.
        let words = ([host] + labels.dropLast()).filter { $0.count >= minimumWord && $0.first != UInt8(ascii: "[") }
        return ["ostiary"] + words.map { String(decoding: $0, as: UTF8.self).lowercased() }
    }

    private static let minimumWord = 4
    /// So many characters beside a word are a password of their own.
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
