// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import FoundationEssentials
import OstiaryCore
import OstiaryServer

struct CreateSuperuserCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "createsuperuser", abstract: "Create an account with all permissions."
    )

    @Option(name: .long, help: "The e-mail address of the account.")
    var email: String?

    @Flag(name: .long, help: "Do not ask; read the password from OSTIARY_SUPERUSER_PASSWORD.")
    var noinput = false

    @OptionGroup var validation: PasswordValidation
    @OptionGroup(visibility: .hidden) var options: ConfigurationOptions

    func run() async throws {
        try await options.withInstallation { installation in
            let minimumLength = try await installation.minimumPasswordLength()
            let email = try await self.email(installation)
            let attributes = [(name: "email", value: email)]
            let password =
                noinput
                ? try Self.givenPassword()
                : try PasswordPrompt.ask(
                    attributes: attributes, minimumLength: minimumLength, action: "create user", validation: validation
                )
            if noinput { try validation.check(password, attributes, minimumLength) }
            _ = try await installation.administration.accounts.createSuperuser(
                email: email, password: password, in: .command)
            print("Superuser created successfully.")
        }
    }

    private func email(_ installation: Installation) async throws -> String {
        if let email { return email }
        guard !noinput else { throw Failure(text: "You must use --email with --noinput.") }
        while true {
            guard let typed = Terminal.ask("Email: ") else { throw Failure(text: "No e-mail address was given.") }
            guard !typed.isEmpty else {
                Terminal.complain("Error: This field cannot be blank.")
                continue
            }
            guard EmailAddress(typed) != nil else {
                Terminal.complain("Error: Enter a valid email address.")
                continue
            }
            guard (try? await installation.administration.accounts.user(email: typed, in: .command)) == nil else {
                Terminal.complain("Error: That email is already taken.")
                continue
            }
            return typed
        }
    }

    private static func givenPassword() throws -> String {
        guard let password = ProcessInfo.processInfo.environment["OSTIARY_SUPERUSER_PASSWORD"], !password.isEmpty
        else { throw Failure(text: "Set OSTIARY_SUPERUSER_PASSWORD, or run this without --noinput.") }
        return password
    }
}

struct ChangePasswordCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "changepassword", abstract: "Change an account's password and end its sessions."
    )

    @Argument(help: "The account's e-mail address.")
    var email: String

    @OptionGroup var validation: PasswordValidation
    @OptionGroup(visibility: .hidden) var options: ConfigurationOptions

    func run() async throws {
        try await options.withInstallation { installation in
            let user = try await installation.administration.accounts.user(email: email, in: .command)
            let minimumLength = try await installation.minimumPasswordLength()
            print("Changing password for user '\(user.email.printable)'")
            let password = try PasswordPrompt.ask(
                attributes: [
                    (name: "username", value: user.username), (name: "first name", value: user.firstName),
                    (name: "last name", value: user.lastName), (name: "email", value: user.email),
                ],
                minimumLength: minimumLength, action: "change it", validation: validation
            )
            try await installation.administration.accounts.changePassword(email: email, to: password, in: .command)
            print(
                "Password changed successfully for user '\(user.email.printable)'; all their sessions have ended.")
        }
    }
}
