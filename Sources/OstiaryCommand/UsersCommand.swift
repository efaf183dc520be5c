// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import OstiaryCore
import OstiaryServer

struct UsersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "users", abstract: "Show and change accounts.",
        subcommands: [
            List.self, Show.self, Add.self, Set.self, Password.self, Activate.self, Deactivate.self, Logout.self,
            Unlock.self, Verify.self, ResetLink.self, Delete.self,
        ]
    )

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show", abstract: "Show an account with its groups and permissions.")

        @OptionGroup var account: AccountArgument
        @OptionGroup var output: JSONOption
        @OptionGroup(visibility: .hidden) var options: ConfigurationOptions

        func run() async throws {
            try await options.withInstallation { installation in
                let accounts = installation.administration.accounts
                let detail = try await accounts.detail(
                    accounts.user(account.reference, in: .command).id, in: .command)
                let showsVerification = installation.mail.isOn
                if output.json {
                    return try Terminal.document { $0.detail(detail, showsVerification: showsVerification) }
                }
                let user = detail.user
                let sessions = detail.sessions < AccountDetail.maximumSessions ? "" : " or more"
                let proof = showsVerification ? [["email proven", yes(user.isEmailVerified)]] : []
                let rows = [
                    ["username", user.username],
                    ["first name", user.firstName], ["last name", user.lastName], ["active", yes(user.isActive)],
                    ["staff", yes(user.isStaff)], ["superuser", yes(user.isSuperuser)],
                    ["last login", user.lastLogin?.iso8601 ?? "never"],
                    ["groups", detail.groups.map { "\($0.name) (\($0.id))" }.joined(separator: ", ")],
                    ["permissions", detail.permissions.sorted().map(\.rawValue).joined(separator: ", ")],
                    ["password", "\(detail.password.algorithm) \(detail.password.cost)"],
                    ["password to be changed", yes(detail.isPasswordChangeRequired)],
                    ["sessions", "\(detail.sessions)\(sessions)"],
                ]
                try Terminal.table([["id", String(user.id)], ["email", user.email]] + proof + rows)
            }
        }
    }

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "add", abstract: "Create an account.")

        @Argument(help: "The account's e-mail address.")
        var email: String

        @Option(name: .long, help: "A display name.")
        var username = ""

        @Flag(name: .long, help: "Give the account access to the administration.")
        var staff = false

        @Flag(name: .long, help: "Set no password; the account cannot log in until `users password` sets one.")
        var noPassword = false

        @OptionGroup var password: PasswordOptions
        @OptionGroup var output: JSONOption
        @OptionGroup(visibility: .hidden) var options: ConfigurationOptions

        func validate() throws {
            guard !noPassword || !password.passwordStdin else {
                throw ValidationError("--no-password and --password-stdin exclude each other.")
            }
            guard noPassword || password.passwordStdin || !output.json else {
                throw ValidationError("--json needs --password-stdin or --no-password, since it asks nothing.")
            }
            try requireName(username, of: "--username")
        }

        func run() async throws {
            try await options.withInstallation { installation in
                let minimumLength = try await installation.minimumPasswordLength()
                let password =
                    noPassword
                    ? nil
                    : try self.password.read(
                        attributes: [(name: "username", value: username), (name: "email", value: email)],
                        minimumLength: minimumLength, action: "create user"
                    )
                var attributes = AccountService.Attributes()
                attributes.username = username
                attributes.isStaff = staff
                let user = try await installation.administration.accounts.createUser(
                    email: email, password: password, attributes: attributes, in: .command
                )
                if output.json {
                    return try Terminal.document { $0.user(user, showsVerification: installation.mail.isOn) }
                }
                try Terminal.print("Created account \(user.id), \(user.email.printable).")
            }
        }
    }
}

/// - Throws: `ValidationError` for a name that is too long.
func requireName(_ name: String?, of flag: String) throws {
    guard let name, name.unicodeScalars.count > 150 else { return }
    throw ValidationError("\(flag) must have at most 150 characters.")
}
