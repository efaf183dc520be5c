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
public enum PasswordPolicy {
    /// All reasons at once; empty if the password may be used.
    /// - Parameters:
    ///   - password: taken as it is, at most of a length the caller has checked.
    ///   - attributes: what is known about the user, named as the message shall name it; empty values do not count.
    ///     The first that is too similar is reported, no further one.
    ///   - minimumLength: in code points.
    public static func violations(
        of password: String,
        attributes: [(name: String, value: String)],
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
