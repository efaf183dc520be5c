// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import OstiaryCore

/// The ways in which a command gets a new password, and the rules for it: those of registration.
struct PasswordOptions: ParsableArguments {
    @Flag(name: .long, help: "Read the password from standard input, one line, instead of asking twice.")
    var passwordStdin = false

    @Flag(name: .long, help: "Accept a password that registration would refuse.")
    var noValidation = false

    /// Reads a new password from standard input, or asks for it.
    /// - Parameters:
    ///   - attributes: the user's attributes, which the password must not resemble.
    ///   - minimumLength: the minimum length in code points.
    ///   - action: the action that the user may insist on with a weak password, for the question.
    /// - Throws: ``Failure`` for a password that is refused; the reasons are written to standard error.
    func read(
        attributes: [(name: String, value: String)], minimumLength: Int, action: String
    ) throws -> String {
        guard passwordStdin else { return try ask(attributes, minimumLength, action) }
        let password = try Terminal.readInputLine()
        guard !Self.isBlank(password) else { throw Failure(text: "The password on standard input is blank.") }
        try check(password, attributes, minimumLength)
        return password
    }

    /// Asks twice, as Django's commands do.
    private func ask(
        _ attributes: [(name: String, value: String)], _ minimumLength: Int, _ action: String
    ) throws -> String {
        while true {
            guard let password = try Terminal.askSecretly("Password: "),
                let again = try Terminal.askSecretly("Password (again): ")
            else {
                throw Failure(text: "The password was not given twice. To pipe it in once, use --password-stdin.")
            }
            guard password == again else {
                Terminal.complain("Error: Your passwords didn't match.")
                continue
            }
            guard !Self.isBlank(password) else {
                Terminal.complain("Error: Blank passwords aren't allowed.")
                continue
            }
            let violations = violations(of: password, attributes, minimumLength)
            if violations.isEmpty { return password }
            for violation in violations { Terminal.complain(violation.message) }
            // Without a terminal, ask no question: the next piped line would pass for the answer.
            guard Terminal.isInteractive else { throw Self.refusal }
            let answer = try Terminal.ask("Bypass password validation and \(action) anyway? [y/N]: ")
            if answer?.lowercased() == "y" { return password }
        }
    }

    /// - Throws: ``Failure`` for a refused password; the reasons are written to standard error.
    func check(_ password: String, _ attributes: [(name: String, value: String)], _ minimumLength: Int) throws {
        let violations = violations(of: password, attributes, minimumLength)
        for violation in violations { Terminal.complain(violation.message) }
        guard violations.isEmpty else { throw Self.refusal }
    }

    private static let refusal = Failure(text: "The password was refused; use --no-validation to accept it anyway.")

    private static func isBlank(_ password: String) -> Bool { password.allSatisfy(\.isWhitespace) }

    private func violations(
        of password: String, _ attributes: [(name: String, value: String)], _ minimumLength: Int
    ) -> [PasswordViolation] {
        guard !noValidation else { return [] }
        return PasswordPolicy.violations(
            of: PasswordText.normalized(password) ?? password, attributes: attributes, minimumLength: minimumLength
        )
    }
}
