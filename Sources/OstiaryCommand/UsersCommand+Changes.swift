// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import OstiaryCore
import OstiaryServer

extension UsersCommand {
    struct Activate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "activate", abstract: "Activate an account again."
        )

        @OptionGroup var account: AccountArgument
        @OptionGroup var output: JSONOption
        @OptionGroup(visibility: .hidden) var options: ConfigurationOptions

        func run() async throws {
            try await options.withAccounts(account) { accounts, user in
                let activation = try await accounts.setActive(true, id: user.id, in: .command)
                let text = activation.isChange ? "was activated" : "was active already"
                try AccountReport(user: activation.user, text: text, isChange: activation.isChange).print(as: output)
            }
        }
    }

    struct Deactivate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "deactivate",
            abstract: "Deactivate an account: its sessions end, and its logins are refused within a second."
        )

        @OptionGroup var account: AccountArgument
        @OptionGroup var output: JSONOption
        @OptionGroup(visibility: .hidden) var options: ConfigurationOptions

        func run() async throws {
            try await options.withAccounts(account) { accounts, user in
                let activation = try await accounts.setActive(false, id: user.id, in: .command)
                try AccountReport(
                    user: activation.user,
                    text: activation.isChange ? "was deactivated" : "was inactive already",
                    isChange: activation.isChange, endedSessions: activation.endedSessions
                ).print(as: output)
            }
        }
    }

    struct Logout: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "logout", abstract: "End all sessions of an account; its password does not change."
        )

        @OptionGroup var account: AccountArgument
        @OptionGroup var output: JSONOption
        @OptionGroup(visibility: .hidden) var options: ConfigurationOptions

        func run() async throws {
            try await options.withInstallation { installation in
                let administration = installation.administration
                let user = try await administration.accounts.user(account.reference, in: .command)
                let ended = try await administration.sessions.endAll(of: user.id, but: nil, in: .command)
                try AccountReport(
                    user: user, text: ended > 0 ? "is logged out everywhere" : "was logged in nowhere",
                    isChange: ended > 0, endedSessions: ended
                ).print(as: output)
            }
        }
    }

    struct Unlock: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "unlock",
            abstract: "Lift the limits that failed logins of an account have reached.",
            discussion: """
                Every running server obeys within a second. The budget of the network that the logins came from stays \
                as it is; it is whole again after a minute.
                """
        )

        @OptionGroup var account: AccountArgument
        @OptionGroup var output: JSONOption
        @OptionGroup(visibility: .hidden) var options: ConfigurationOptions

        func run() async throws {
            try await options.withAccounts(account) { accounts, user in
                try await accounts.unlock(id: user.id, in: .command)
                try AccountReport(user: user, text: "was unlocked").print(as: output)
            }
        }
    }

    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "delete", abstract: "Delete an account and its sessions. This cannot be undone."
        )

        @OptionGroup var account: AccountArgument

        @Flag(name: .long, help: "Do not ask.")
        var yes = false

        @OptionGroup var output: JSONOption
        @OptionGroup(visibility: .hidden) var options: ConfigurationOptions

        func validate() throws {
            guard yes || !output.json else { throw ValidationError("--json needs --yes, since it asks nothing.") }
        }

        func run() async throws {
            try await options.withAccounts(account) { accounts, user in
                if !yes {
                    let answer = try Terminal.ask("Delete \(user.email.printable) for good? [y/N]: ")
                    guard answer?.lowercased() == "y" else { throw Failure(text: "Nothing was deleted.") }
                }
                do { try await accounts.delete(id: user.id, in: .command) } catch let error as AccountInUse {
                    throw Failure(text: "\(error) For the former: ostiary users deactivate \(user.email.printable)")
                }
                try AccountReport(user: user, text: "was deleted").print(as: output)
            }
        }
    }
}

extension ConfigurationOptions {
    /// ``withInstallation(creates:migrated:_:)`` for work on one account.
    fileprivate func withAccounts(
        _ account: AccountArgument, _ work: (AccountService, User) async throws -> Void
    ) async throws {
        try await withInstallation { installation in
            let accounts = installation.administration.accounts
            try await work(accounts, accounts.user(account.reference, in: .command))
        }
    }
}
