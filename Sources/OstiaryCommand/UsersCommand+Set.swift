// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import OstiaryCore
import OstiaryServer

extension UsersCommand {
    struct Set: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "set", abstract: "Change the address, names and flags of an account.",
            discussion: "What is not given stays as it is. Sessions stay open."
        )

        @OptionGroup var account: AccountArgument

        @Option(name: .long, help: "The address to log in with.")
        var email: String?

        @Option(name: .long, help: "A display name.")
        var username: String?

        @Option(name: .long, help: "The first name.")
        var firstName: String?

        @Option(name: .long, help: "The last name.")
        var lastName: String?

        @Flag(name: .long, inversion: .prefixedNo, exclusivity: .exclusive, help: "Access to the administration.")
        var staff: Bool?

        @Flag(name: .long, inversion: .prefixedNo, exclusivity: .exclusive, help: "Every permission.")
        var superuser: Bool?

        @OptionGroup var output: JSONOption
        @OptionGroup(visibility: .hidden) var options: ConfigurationOptions

        func validate() throws {
            for (flag, name) in [("--username", username), ("--first-name", firstName), ("--last-name", lastName)] {
                try requireName(name, of: flag)
            }
            guard change != AccountChange() || email != nil else { throw ValidationError("Say what is to be changed.") }
            if let email,
                email.unicodeScalars.count > EmailAddress.maximumLength || EmailAddress(email)?.isQuoted != false
            {
                throw ValidationError("--email must be an e-mail address, not \"\(email.printable)\".")
            }
        }

        private var change: AccountChange {
            var change = AccountChange()
            change.email = email.flatMap(EmailAddress.init(_:))
            (change.username, change.firstName, change.lastName) = (username, firstName, lastName)
            (change.isStaff, change.isSuperuser) = (staff, superuser)
            return change
        }

        func run() async throws {
            try await options.withInstallation { installation in
                let accounts = installation.administration.accounts
                let user = try await accounts.user(account.reference, in: .command)
                let before = try await accounts.detail(user.id, in: .command)
                let isChange = change.differing(from: before) != AccountChange()
                let after = try await accounts.change(user.id, with: change, in: .command)
                try AccountReport(
                    user: after.user, text: isChange ? "was changed" : "is like that already", isChange: isChange
                ).print(as: output)
            }
        }
    }

    struct Password: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "password", abstract: "Set an account's password and end its sessions."
        )

        @OptionGroup var account: AccountArgument

        @Flag(name: .long, help: "Each login tells the user to change the password, until they do.")
        var mustChange = false

        @OptionGroup var password: PasswordOptions
        @OptionGroup var output: JSONOption
        @OptionGroup(visibility: .hidden) var options: ConfigurationOptions

        func validate() throws { try password.requireInput(for: output) }

        func run() async throws {
            try await options.withInstallation { installation in
                try await installation.setPassword(of: account, by: password, mustChange: mustChange, output)
            }
        }
    }
}

extension PasswordOptions {
    /// - Throws: `ValidationError` where the password would be asked for beside a JSON document.
    func requireInput(for output: JSONOption) throws {
        guard passwordStdin || !output.json else {
            throw ValidationError("--json needs --password-stdin, since it asks nothing.")
        }
    }
}

extension Installation {
    /// Reads a new password and sets it.
    func setPassword(
        of account: AccountArgument, by options: PasswordOptions, mustChange: Bool = false, _ output: JSONOption
    ) async throws {
        let accounts = administration.accounts
        let user = try await accounts.user(account.reference, in: .command)
        let minimumLength = try await minimumPasswordLength()
        if !options.passwordStdin {
            try Terminal.print("Changing password for user '\(user.email.printable)'")
        }
        let password = try options.read(
            attributes: [
                (name: "username", value: user.username), (name: "first name", value: user.firstName),
                (name: "last name", value: user.lastName), (name: "email", value: user.email),
            ],
            minimumLength: minimumLength, action: "change it"
        )
        try await accounts.changePassword(of: user.id, to: password, mustChange: mustChange, in: .command)
        guard !output.json else {
            return try AccountReport(user: user, text: "has a new password").print(as: output)
        }
        try Terminal.print(
            "Password changed successfully for user '\(user.email.printable)'; all their sessions have ended.")
    }
}
