// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import OstiaryCore

/// Asks for a new password twice, as Django's commands do.
enum PasswordPrompt {
    /// - Parameters:
    ///   - attributes: the user's attributes, which the password must not resemble.
    ///   - minimumLength: the minimum length in code points.
    ///   - action: the action that the user may insist on with a weak password, for the question.
    static func ask(
        attributes: [(name: String, value: String)], minimumLength: Int, action: String, validation: PasswordValidation
    ) throws -> String {
        while true {
            guard let password = Terminal.askSecretly("Password: "),
                let again = Terminal.askSecretly("Password (again): ")
            else { throw Failure(text: "No password was given.") }
            guard password == again else {
                Terminal.complain("Error: Your passwords didn't match.")
                continue
            }
            guard password.contains(where: { !$0.isWhitespace }) else {
                Terminal.complain("Error: Blank passwords aren't allowed.")
                continue
            }
            let violations = validation.violations(of: password, attributes, minimumLength)
            if violations.isEmpty { return password }
            for violation in violations { Terminal.complain(violation.message) }
            // Without a terminal, ask no question: the next piped line would pass for the answer.
            guard Terminal.isInteractive else { throw PasswordValidation.refusal }
            let answer = Terminal.ask("Bypass password validation and \(action) anyway? [y/N]: ")
            if answer?.lowercased() == "y" { return password }
        }
    }
}

/// Checks a new password by the rules of registration.
struct PasswordValidation: ParsableArguments {
    @Flag(name: .long, help: "Accept a password that registration would refuse.")
    var noValidation = false

    static let refusal = Failure(text: "The password was refused; use --no-validation to accept it anyway.")

    func violations(
        of password: String, _ attributes: [(name: String, value: String)], _ minimumLength: Int
    ) -> [PasswordViolation] {
        guard !noValidation else { return [] }
        return PasswordPolicy.violations(
            of: PasswordText.normalized(password) ?? password, attributes: attributes, minimumLength: minimumLength
        )
    }

    /// - Throws: ``Failure`` for a refused password; the reasons are written to standard error.
    func check(_ password: String, _ attributes: [(name: String, value: String)], _ minimumLength: Int) throws {
        let violations = violations(of: password, attributes, minimumLength)
        for violation in violations { Terminal.complain(violation.message) }
        guard violations.isEmpty else { throw Self.refusal }
    }
}
