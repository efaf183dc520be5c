// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import OstiaryCore
import OstiaryServer

/// `ostiary verifiers`: the programs that verify tokens by the public keys.
struct VerifiersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verifiers",
        abstract: "List the programs that verify tokens by the public keys, and add those with a file.",
        discussion: """
            A program that fetches the keys is known by its network and user agent; one that reads a file has to be added by \
            hand, and confirmed for each key.
            """,
        subcommands: [List.self, Add.self, Confirm.self, Forget.self])

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "List the verifiers, the one seen last first.")

        @OptionGroup var output: JSONOption
        @OptionGroup(visibility: .hidden) var options: ConfigurationOptions

        func run() async throws {
            try await options.withInstallation { installation in
                let verifiers = try await installation.keys.store.verifiers(in: .command)
                if output.json {
                    return try Terminal.document { json in
                        json.beginArray()
                        for verifier in verifiers {
                            json.beginObject()
                            json.member("name", verifier.name)
                            json.member("kind", verifier.kind.rawValue)
                            json.member("keys", verifier.keys.sorted())
                            json.member("seen_at", verifier.seenAt.iso8601)
                            json.endObject()
                        }
                        json.endArray()
                    }
                }
                try Terminal.table(
                    [["VERIFIER", "KIND", "SEEN", "KEYS"]]
                        + verifiers.map {
                            [
                                $0.name.printable, $0.kind.rawValue, $0.seenAt.iso8601,
                                $0.keys.isEmpty ? "none" : $0.keys.sorted().joined(separator: " "),
                            ]
                        })
            }
        }
    }

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "add", abstract: "Add a program that has a file with keys, for which new keys wait.")

        @Argument(help: "A name of 1…60 letters, digits, dots, hyphens and underscores.")
        var name: String

        @Flag(name: .long, help: "It has a file with keys.")
        var pinned = false

        @OptionGroup var output: JSONOption
        @OptionGroup(visibility: .hidden) var options: ConfigurationOptions

        func validate() throws {
            guard pinned else { throw ValidationError("Say --pinned: others are known by what they fetch.") }
            guard Client.isName(name) else { throw ValidationError(Client.nameRule) }
        }

        func run() async throws {
            try await options.withInstallation { installation in
                guard try await installation.keys.store.add(pinned: name, in: .command) else {
                    throw Failure(text: "There is a verifier of this name: ostiary verifiers list")
                }
                let next = "Confirm each key that it has: ostiary verifiers confirm \(name) --kid KEY"
                try output.print("\(name) was added. \(next)", "added", name)
            }
        }
    }

    struct Confirm: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "confirm", abstract: "Confirm that a program has a key in its file.")

        @Argument(help: "The name of the verifier.")
        var name: String

        @Option(name: .long, help: "The key, or the beginning of its name.")
        var kid: String

        @OptionGroup var output: JSONOption
        @OptionGroup(visibility: .hidden) var options: ConfigurationOptions

        func run() async throws {
            try await options.withKey(kid) { installation, key in
                guard try await installation.keys.store.confirm(name, has: key.id, in: .command) else {
                    throw Failure(text: "There is no verifier of this name that has a file: ostiary verifiers list")
                }
                try output.print("\(name.printable) has \(key.id).", "confirmed", key.id)
            }
        }
    }

    struct Forget: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "forget", abstract: "Forget a program, so that no key waits for it.")

        @Argument(help: "The name of the verifier.")
        var name: String

        @OptionGroup var output: JSONOption
        @OptionGroup(visibility: .hidden) var options: ConfigurationOptions

        func run() async throws {
            try await options.withInstallation { installation in
                guard try await installation.keys.store.forget(verifier: name, in: .command) else {
                    throw Failure(text: "There is no verifier of this name: ostiary verifiers list")
                }
                try output.print("\(name.printable) was forgotten.", "forgotten", name)
            }
        }
    }
}
