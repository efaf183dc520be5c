import OstiaryCore

/// Asks for a new password twice, as Django's commands do.
enum PasswordPrompt {
    /// - Parameters:
    ///   - attributes: what the password must not resemble.
    ///   - minimumLength: in code points.
    ///   - action: what is done all the same when somebody insists on a weak password.
    static func ask(
        attributes: [(name: String, value: String)], minimumLength: Int, action: String
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
            let violations = PasswordPolicy.violations(
                of: password, attributes: attributes, minimumLength: minimumLength
            )
            if violations.isEmpty { return password }
            for violation in violations { Terminal.complain(violation.message) }
            let answer = Terminal.ask("Bypass password validation and \(action) anyway? [y/N]: ")
            if answer?.lowercased() == "y" { return password }
        }
    }
}
