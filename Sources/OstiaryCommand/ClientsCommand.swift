// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import OstiaryCore
import OstiaryServer

/// `ostiary clients`: the programs that authenticate by a secret of their own.
struct ClientsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "clients", abstract: "Manage programs that ask about tokens, revoke them, or read the feed.",
        discussion: "A change is in force on all servers within a second.",
        subcommands: [List.self, Add.self, Rotate.self, Disable.self, Enable.self, Remove.self])

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "List the clients, the one that was added last first.")

        @OptionGroup var output: JSONOption
        @OptionGroup(visibility: .hidden) var options: ConfigurationOptions

        func run() async throws {
            try await options.withInstallation { installation in
                let clients = try await installation.clients.list(in: .command)
                if output.json {
                    return try Terminal.document { json in
                        json.beginArray()
                        for client in clients { json.client(client) }
                        json.endArray()
                    }
                }
                try Terminal.table(
                    [["CLIENT", "NAME", "MAY", "STATE", "SECRET SINCE", "LAST USED"]] + clients.map(row))
            }
        }

        private func row(_ stored: StoredClient) -> [String] {
            let client = stored.client
            return [
                client.id, client.name.printable, client.mayText, client.disabledAt == nil ? "enabled" : "disabled",
                client.secretMadeAt.iso8601 + (stored.previous == nil ? "" : " (and the one before)"),
                client.lastUsedAt?.iso8601 ?? "-",
            ]
        }
    }

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "add", abstract: "Add a client, and print its secret, which nobody can read again.")

        @Argument(help: "A name of 1…60 letters, digits, dots, hyphens and underscores.")
        var name: String

        @Option(name: .long, help: "Its rights, separated by commas: introspect, revoke, feed.")
        var may: String

        @OptionGroup var output: JSONOption
        @OptionGroup(visibility: .hidden) var options: ConfigurationOptions

        private var rights: [ClientRight?] {
            may.split(separator: ",", omittingEmptySubsequences: false).map { ClientRight(rawValue: String($0)) }
        }

        func validate() throws {
            guard Client.isName(name) else { throw ValidationError(Client.nameRule) }
            guard !rights.contains(nil) else {
                let all = ClientRight.allCases.map(\.rawValue).joined(separator: ", ")
                throw ValidationError("--may must name some of: \(all).")
            }
        }

        func run() async throws {
            try await options.withInstallation { installation in
                let added = try await installation.clients.add(
                    name, may: Set(rights.compactMap(\.self)), in: .command)
                switch added.outcome {
                case .added: break
                case .taken: throw Failure(text: "There is a client of this name: ostiary clients list")
                case .full:
                    throw Failure(text: "There are \(Client.maximumCount) clients already: ostiary clients remove ID")
                }
                try output.print(added.secret, of: added.client)
            }
        }
    }

    struct Rotate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "rotate", abstract: "Give a client a new secret, and print it.",
            discussion:
                "The secret before works on until the next rotation, so that the client can change without haste.")

        @OptionGroup var client: ClientArgument

        @Flag(name: .long, help: "Refuse the secret before from now on: it has leaked, or is in use nowhere.")
        var now = false

        @OptionGroup var output: JSONOption
        @OptionGroup(visibility: .hidden) var options: ConfigurationOptions

        func run() async throws {
            try await options.withClient(client) { clients, client in
                guard let secret = try await clients.rotate(client.id, isImmediate: now, in: .command) else {
                    throw Failure.noClient
                }
                try output.print(secret, of: client)
            }
        }
    }

    struct Disable: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "disable", abstract: "Refuse a client until it is enabled again.")

        @OptionGroup var client: ClientArgument
        @OptionGroup var output: JSONOption
        @OptionGroup(visibility: .hidden) var options: ConfigurationOptions

        func run() async throws { try await options.set(client, isEnabled: false, output) }
    }

    struct Enable: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "enable", abstract: "Let a client that was disabled authenticate again.")

        @OptionGroup var client: ClientArgument
        @OptionGroup var output: JSONOption
        @OptionGroup(visibility: .hidden) var options: ConfigurationOptions

        func run() async throws { try await options.set(client, isEnabled: true, output) }
    }

    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "remove", abstract: "Remove a client for ever.")

        @OptionGroup var client: ClientArgument
        @OptionGroup var output: JSONOption
        @OptionGroup(visibility: .hidden) var options: ConfigurationOptions

        func run() async throws {
            try await options.withClient(client) { clients, client in
                guard try await clients.remove(client.id, in: .command) else { throw Failure.noClient }
                try output.print("\(client.name.printable) was removed.", "removed", client.id)
            }
        }
    }
}
