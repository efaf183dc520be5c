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

    @OptionGroup var password: PasswordOptions
    @OptionGroup var output: JSONOption
    @OptionGroup(visibility: .hidden) var options: ConfigurationOptions

    func validate() throws {
        guard !noinput || !password.passwordStdin else {
            throw ValidationError("--noinput and --password-stdin exclude each other.")
        }
        guard !password.passwordStdin || email != nil else {
            throw ValidationError("--password-stdin needs --email.")
        }
        guard noinput || password.passwordStdin || !output.json else {
            throw ValidationError("--json needs --password-stdin or --noinput, since it asks nothing.")
        }
    }

    func run() async throws {
        try await options.withInstallation { installation in
            let minimumLength = try await installation.minimumPasswordLength()
            let email = try await self.email(installation)
            let attributes = [(name: "email", value: email)]
            let password =
                noinput
                ? try Self.givenPassword()
                : try self.password.read(
                    attributes: attributes, minimumLength: minimumLength, action: "create user")
            if noinput { try self.password.check(password, attributes, minimumLength) }
            let user = try await installation.administration.accounts.createSuperuser(
                email: email, password: password, in: .command)
            if output.json { return try Terminal.document { $0.user(user, showsVerification: installation.mail.isOn) } }
            try Terminal.print("Superuser created successfully.")
        }
    }

    private func email(_ installation: Installation) async throws -> String {
        if let email { return email }
        guard !noinput else { throw Failure(text: "You must use --email with --noinput.") }
        while true {
            guard let typed = try Terminal.ask("Email: ") else { throw Failure(text: "No e-mail address was given.") }
            guard !typed.isEmpty else {
                Terminal.complain("Error: This field cannot be blank.")
                continue
            }
            guard let address = EmailAddress(typed) else {
                Terminal.complain("Error: Enter a valid email address.")
                continue
            }
            let accounts = installation.administration.accounts
            guard (try? await accounts.user(.email(address), in: .command)) == nil else {
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

    @OptionGroup var account: AccountArgument
    @OptionGroup var password: PasswordOptions
    @OptionGroup var output: JSONOption
    @OptionGroup(visibility: .hidden) var options: ConfigurationOptions

    func validate() throws { try password.requireInput(for: output) }

    func run() async throws {
        try await options.withInstallation { installation in
            try await installation.setPassword(of: account, by: password, output)
        }
    }
}
