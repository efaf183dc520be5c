// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import OstiaryCore
import OstiaryServer

struct UsersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "users", abstract: "Show and change accounts.",
        subcommands: [
            List.self, Show.self, Add.self, Activate.self, Deactivate.self, Logout.self, Unlock.self, Delete.self,
        ]
    )

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "list", abstract: "List accounts.")

        @Option(name: .long, help: "List only accounts with a greater id.")
        var after: Int64 = 0

        @Option(name: .long, help: "The maximum number of accounts, 1…10000.")
        var limit = 100

        @OptionGroup var output: JSONOption
        @OptionGroup(visibility: .hidden) var options: ConfigurationOptions

        func validate() throws {
            guard (1...10_000).contains(limit) else { throw ValidationError("--limit must be in 1…10000.") }
        }

        func run() async throws {
            try await options.withInstallation { installation in
                let users = try await installation.administration.accounts.list(
                    after: after, limit: limit, in: .command)
                if output.json {
                    return try Terminal.document { json in
                        json.beginArray()
                        for user in users { json.user(user) }
                        json.endArray()
                    }
                }
                try Terminal.table(
                    [["ID", "EMAIL", "USERNAME", "ACTIVE", "STAFF", "SUPERUSER", "LAST LOGIN"]] + users.map(row)
                )
                if users.count == limit, let last = users.last {
                    try Terminal.print("More: ostiary users list --after \(last.id)")
                }
            }
        }

        private func row(_ user: User) -> [String] {
            [
                String(user.id), user.email, user.username, yes(user.isActive), yes(user.isStaff),
                yes(user.isSuperuser), user.lastLogin?.iso8601 ?? "never",
            ]
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "show", abstract: "Show an account.")

        @OptionGroup var account: AccountArgument
        @OptionGroup var output: JSONOption
        @OptionGroup(visibility: .hidden) var options: ConfigurationOptions

        func run() async throws {
            try await options.withInstallation { installation in
                let user = try await installation.administration.accounts.user(account.reference, in: .command)
                if output.json { return try Terminal.document { $0.user(user) } }
                try Terminal.table([
                    ["id", String(user.id)], ["email", user.email], ["username", user.username],
                    ["first name", user.firstName], ["last name", user.lastName], ["active", yes(user.isActive)],
                    ["staff", yes(user.isStaff)], ["superuser", yes(user.isSuperuser)],
                    ["last login", user.lastLogin?.iso8601 ?? "never"],
                ])
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

        @Flag(name: .long, help: "Set no password; the account cannot log in until `changepassword` sets one.")
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
            guard username.unicodeScalars.count <= 150 else {
                throw ValidationError("--username must have at most 150 characters.")
            }
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
                if output.json { return try Terminal.document { $0.user(user) } }
                try Terminal.print("Created account \(user.id), \(user.email.printable).")
            }
        }
    }
}

private func yes(_ flag: Bool) -> String { flag ? "yes" : "no" }
