// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import OstiaryCore
import OstiaryServer

struct GroupsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "groups", abstract: "Show and change groups, whose members have their permissions.",
        subcommands: [
            List.self, Show.self, Add.self, Set.self, Delete.self, AddMember.self, RemoveMember.self,
        ]
    )

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "list", abstract: "List groups by name.")

        @OptionGroup var page: PageOptions
        @OptionGroup var output: JSONOption
        @OptionGroup(visibility: .hidden) var options: ConfigurationOptions

        func validate() throws {
            if let cursor = page.cursor, GroupService.cursor(cursor) == nil { throw PageOptions.misplaced }
        }

        func run() async throws {
            try await options.withInstallation { installation in
                let start = page.cursor.flatMap(GroupService.cursor)
                let groups = try await page.fill { _, cursor in
                    try await installation.administration.groups.list(after: cursor ?? start, in: .command)
                }
                let shown = groups.items.prefix(page.limit)
                let next =
                    shown.count < groups.items.count ? shown.last.map { GroupService.cursor(behind: $0.name) } : nil
                ListPage(items: Array(shown), next: next ?? groups.next).tellMore()
                if output.json {
                    return try Terminal.document { json in
                        json.beginArray()
                        for group in shown { json.group(group) }
                        json.endArray()
                    }
                }
                try Terminal.table(
                    [["ID", "NAME", "PERMISSIONS"]]
                        + shown.map { [String($0.id), $0.name, $0.permissions.list] })
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show", abstract: "Show a group.",
            discussion: "`users list --group GROUP` lists its members.")

        @OptionGroup var argument: GroupArgument
        @OptionGroup var output: JSONOption
        @OptionGroup(visibility: .hidden) var options: ConfigurationOptions

        func run() async throws {
            try await options.withInstallation { installation in
                let group = try await installation.administration.groups.group(namedOrWithID: argument.group)
                if output.json { return try Terminal.document { $0.group(group) } }
                try Terminal.table([
                    ["id", String(group.id)], ["name", group.name], ["permissions", group.permissions.list],
                ])
            }
        }
    }

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "add", abstract: "Create a group.")

        @Argument(help: "The name, which no other group has.")
        var name: String

        @OptionGroup var permissions: PermissionOptions
        @OptionGroup var output: JSONOption
        @OptionGroup(visibility: .hidden) var options: ConfigurationOptions

        func validate() throws { try requireGroupName(name) }

        func run() async throws {
            try await options.withInstallation { installation in
                let outcome = try await installation.administration.groups.add(
                    named: name, permissions: permissions.permissions, in: .command)
                try outcome.print("Created group", as: output)
            }
        }
    }

    struct Set: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "set", abstract: "Change the name or the permissions of a group.",
            discussion: "The given permissions take the place of those that the group has."
        )

        @OptionGroup var argument: GroupArgument

        @Option(name: .long, help: "The new name, which no other group has.")
        var name: String?

        @OptionGroup var permissions: PermissionOptions

        @Flag(name: .long, help: "Take all permissions from the group.")
        var noPermissions = false

        @OptionGroup var output: JSONOption
        @OptionGroup(visibility: .hidden) var options: ConfigurationOptions

        func validate() throws {
            if let name { try requireGroupName(name) }
            guard permissions.texts.isEmpty || !noPermissions else {
                throw ValidationError("--permission and --no-permissions exclude each other.")
            }
            guard name != nil || noPermissions || !permissions.texts.isEmpty else {
                throw ValidationError("Say what is to be changed.")
            }
        }

        func run() async throws {
            try await options.withInstallation { installation in
                let groups = installation.administration.groups
                let given = try permissions.permissions
                let change = GroupChange(name: name, permissions: given.isEmpty && !noPermissions ? nil : given)
                let outcome = try await groups.change(
                    groups.group(namedOrWithID: argument.group).id, with: change, in: .command)
                try outcome.print("Changed group", as: output)
            }
        }
    }

    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "delete", abstract: "Delete a group; its members lose its permissions."
        )

        @OptionGroup var argument: GroupArgument

        @Flag(name: .long, help: "Do not ask.")
        var yes = false

        @OptionGroup var output: JSONOption
        @OptionGroup(visibility: .hidden) var options: ConfigurationOptions

        func validate() throws {
            guard yes || !output.json else { throw ValidationError("--json needs --yes, since it asks nothing.") }
        }

        func run() async throws {
            try await options.withInstallation { installation in
                let groups = installation.administration.groups
                let group = try await groups.group(namedOrWithID: argument.group)
                if !yes {
                    let answer = try Terminal.ask("Delete group \(group.name.printable)? [y/N]: ")
                    guard answer?.lowercased() == "y" else { throw Failure(text: "Nothing was deleted.") }
                }
                guard try await groups.delete(group.id, in: .command) else {
                    throw Failure(text: "There is no group \(group.name.printable).")
                }
                if output.json { return try Terminal.document { $0.group(group) } }
                try Terminal.print("Deleted group \(group.id), \(group.name.printable).")
            }
        }
    }
}

/// - Throws: `ValidationError`.
private func requireGroupName(_ name: String) throws {
    guard (1...Group.maximumNameLength).contains(name.unicodeScalars.count), !name.unicodeScalars.contains("\0") else {
        throw ValidationError("a group's name must have 1…\(Group.maximumNameLength) characters.")
    }
}

extension GroupOutcome {
    /// Prints the group.
    /// - Parameter text: the words before its id and name.
    /// - Throws: ``Failure`` if nothing was done.
    func print(_ text: String, as output: JSONOption) throws {
        switch self {
        case .done(let group):
            if output.json { return try Terminal.document { $0.group(group) } }
            try Terminal.print("\(text) \(group.id), \(group.name.printable).")
        case .nameTaken: throw Failure(text: "Another group has this name.")
        case .unknownGroup: throw Failure(text: "There is no such group any more.")
        case .unknownUser(let user): throw Failure(text: "There is no account \(user).")
        }
    }
}

extension Swift.Set<Permission> {
    fileprivate var list: String { sorted().map(\.rawValue).joined(separator: ", ") }
}

extension JSONWriter {
    fileprivate mutating func group(_ group: Group) {
        beginObject()
        member("id", group.id)
        member("name", group.name)
        member("permissions", group.permissions.sorted().map(\.rawValue))
        endObject()
    }
}
