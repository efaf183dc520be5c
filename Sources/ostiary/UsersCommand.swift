// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import OstiaryCore
import OstiaryServer

struct UsersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "users", abstract: "Show and change accounts.",
        subcommands: [List.self, Show.self, Add.self, Activate.self, Deactivate.self, Logout.self, Delete.self]
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
                    return Terminal.document { json in
                        json.beginArray()
                        for user in users { json.user(user) }
                        json.endArray()
                    }
                }
                Terminal.table(
                    [["ID", "EMAIL", "USERNAME", "ACTIVE", "STAFF", "SUPERUSER", "LAST LOGIN"]] + users.map(row)
                )
                if users.count == limit, let last = users.last { print("More: ostiary users list --after \(last.id)") }
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

        @OptionGroup var account: Account
        @OptionGroup var output: JSONOption
        @OptionGroup(visibility: .hidden) var options: ConfigurationOptions

        func run() async throws {
            try await options.withInstallation { installation in
                let user = try await installation.administration.accounts.user(email: account.email, in: .command)
                if output.json { return Terminal.document { $0.user(user) } }
                Terminal.table([
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

        @OptionGroup var account: Account

        @Option(name: .long, help: "A display name.")
        var username = ""

        @Flag(name: .long, help: "Give the account access to the administration.")
        var staff = false

        @Flag(name: .long, help: "Set no password; the account cannot log in until `changepassword` sets one.")
        var noPassword = false

        @OptionGroup var validation: PasswordValidation
        @OptionGroup(visibility: .hidden) var options: ConfigurationOptions

        func validate() throws {
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
                    : try PasswordPrompt.ask(
                        attributes: [(name: "username", value: username), (name: "email", value: account.email)],
                        minimumLength: minimumLength, action: "create user", validation: validation
                    )
                var attributes = AccountService.Attributes()
                attributes.username = username
                attributes.isStaff = staff
                let user = try await installation.administration.accounts.createUser(
                    email: account.email, password: password, attributes: attributes, in: .command
                )
                print("Created account \(user.id), \(user.email.printable).")
            }
        }
    }

    struct Activate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "activate", abstract: "Activate an account again."
        )

        @OptionGroup var account: Account
        @OptionGroup(visibility: .hidden) var options: ConfigurationOptions

        func run() async throws {
            try await options.withInstallation { installation in
                print(
                    "\(try await installation.administration.accounts.setActive(true, email: account.email, in: .command).email.printable) is active."
                )
            }
        }
    }

    struct Deactivate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "deactivate",
            abstract: "Deactivate an account: its sessions end, and its logins are refused within a second."
        )

        @OptionGroup var account: Account
        @OptionGroup(visibility: .hidden) var options: ConfigurationOptions

        func run() async throws {
            try await options.withInstallation { installation in
                print(
                    "\(try await installation.administration.accounts.setActive(false, email: account.email, in: .command).email.printable) is not active."
                )
            }
        }
    }

    struct Logout: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "logout", abstract: "End all sessions of an account; its password does not change."
        )

        @OptionGroup var account: Account
        @OptionGroup(visibility: .hidden) var options: ConfigurationOptions

        func run() async throws {
            try await options.withInstallation { installation in
                let administration = installation.administration
                let user = try await administration.accounts.user(email: account.email, in: .command)
                try await administration.sessions.endAll(of: user.id, but: nil, in: .command)
                print("\(user.email.printable) is logged out everywhere.")
            }
        }
    }

    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "delete", abstract: "Delete an account and its sessions. This cannot be undone."
        )

        @OptionGroup var account: Account

        @Flag(name: .long, help: "Do not ask.")
        var yes = false

        @OptionGroup(visibility: .hidden) var options: ConfigurationOptions

        func run() async throws {
            try await options.withInstallation { installation in
                let user = try await installation.administration.accounts.user(email: account.email, in: .command)
                if !yes {
                    let answer = Terminal.ask("Delete \(user.email.printable) for good? [y/N]: ")
                    guard answer?.lowercased() == "y" else { throw Failure(text: "Nothing was deleted.") }
                }
                try await installation.administration.accounts.delete(email: account.email, in: .command)
                print("Deleted \(user.email.printable).")
            }
        }
    }

    struct Account: ParsableArguments {
        @Argument(help: "The account's e-mail address, in any case.")
        var email: String
    }
}

private func yes(_ flag: Bool) -> String { flag ? "yes" : "no" }
