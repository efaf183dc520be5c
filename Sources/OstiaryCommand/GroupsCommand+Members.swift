// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import OstiaryCore
import OstiaryServer

extension GroupsCommand {
    struct AddMember: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "add-member", abstract: "Make accounts members of a group.")

        @OptionGroup var members: MemberArguments
        @OptionGroup var output: JSONOption
        @OptionGroup(visibility: .hidden) var options: ConfigurationOptions

        func run() async throws {
            try await options.withInstallation { installation in
                try await members.change(in: installation) { GroupChange(added: $0) }.print("Changed group", as: output)
            }
        }
    }

    struct RemoveMember: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "remove-member", abstract: "Take accounts out of a group.")

        @OptionGroup var members: MemberArguments
        @OptionGroup var output: JSONOption
        @OptionGroup(visibility: .hidden) var options: ConfigurationOptions

        func run() async throws {
            try await options.withInstallation { installation in
                try await members.change(in: installation) { GroupChange(removed: $0) }.print(
                    "Changed group", as: output)
            }
        }
    }
}

/// A group, and accounts that join or leave it.
struct MemberArguments: ParsableArguments {
    @Argument(help: "The group's id or name.")
    var group: String

    @Argument(help: "The accounts' e-mail addresses or ids.", transform: AccountArgument.read)
    var accounts: [AccountReference]

    func validate() throws {
        guard accounts.count <= Group.maximumMembersOfChange else {
            throw ValidationError("at most \(Group.maximumMembersOfChange) accounts at once.")
        }
    }

    /// - Throws: ``Failure`` or ``AccountError`` for an unknown group or account; nothing was changed then.
    func change(
        in installation: Installation, to change: (Set<User.ID>) -> GroupChange
    ) async throws -> GroupOutcome {
        let administration = installation.administration
        let group = try await administration.groups.group(namedOrWithID: group)
        var users: Set<User.ID> = []
        for account in accounts {
            users.insert(try await administration.accounts.user(account, in: .command).id)
        }
        return try await administration.groups.change(group.id, with: change(users), in: .command)
    }
}
