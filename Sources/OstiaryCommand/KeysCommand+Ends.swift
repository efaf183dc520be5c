// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import OstiaryCore
import OstiaryServer

extension KeysCommand {
    struct Revoke: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "revoke", abstract: "Take a key back: its tokens are refused from now on.",
            discussion: """
                Servers on this database refuse them within a second, and the key is gone from the public keys. A program that \
                verifies tokens by itself goes on accepting them until they expire, unless it hears of it: programs that were \
                tried fetch the keys only when they meet one that they do not know, and files do not change by themselves.
                """)

        @Argument(help: "The key, or the beginning of its name.")
        var key: String

        @Option(name: .long, help: "The reason, for the audit log; at most 200 characters.")
        var reason: String?

        @Flag(name: .long, help: "Let a new key of the algorithm sign in its place at once.")
        var replace = false

        @Flag(name: .long, help: "Do not ask.")
        var yes = false

        @OptionGroup var output: JSONOption
        @OptionGroup(visibility: .hidden) var options: ConfigurationOptions

        func validate() throws {
            try output.needsYes(yes)
            guard (reason ?? "").unicodeScalars.count <= 200 else {
                throw ValidationError("--reason must have at most 200 characters.")
            }
        }

        func run() async throws {
            try await options.withKey(key) { installation, key in
                try await installation.withSettings { settings in
                    try Terminal.confirm("Refuse all tokens of \(key.id) from now on?", unless: yes)
                    let (isDone, new) = try await revoke(key, installation)
                    guard isDone else { throw Failure(text: "The key is \(key.state.rawValue), and verifies nothing.") }
                    let lifetime = settings.snapshot[.accessTokenLifetime]
                    let end = RequestContext.command.now.adding(seconds: max(lifetime, key.longestLifetime))
                    try await report(key, new, until: end, installation)
                }
            }
        }

        private func revoke(
            _ key: StoredKey, _ installation: Installation
        ) async throws -> (isDone: Bool, replacement: StoredKey?) {
            do {
                return try await installation.keys.revoke(key.id, reason: reason, replaces: replace, in: .command)
            } catch is LastPublicKey {
                throw Failure(
                    text: """
                        No other public key would be left to sign the feed, by which programs hear of this. Say --replace for a \
                        key that signs, or publish another one first: ostiary keys rotate
                        """)
            } catch is LastSigningKey {
                throw Failure(
                    text:
                        "No other key signs, and the secret of HS256 is retired. Say --replace, or let another key sign."
                )
            }
        }

        private func report(
            _ key: StoredKey, _ new: StoredKey?, until end: Timestamp, _ installation: Installation
        ) async throws {
            let left = try await installation.keys.store.verifiers(in: .command).filter {
                $0.keys.contains(key.id) && $0.kind != .polls
            }
            if output.json {
                return try Terminal.document { json in
                    json.beginObject()
                    json.member("revoked", key.id)
                    json.member("replacement", optional: new?.id)
                    json.member("accepted_by", left.map(\.name))
                    json.member("accepted_until", end.iso8601)
                    json.endObject()
                }
            }
            try Terminal.print("\(key.id) is revoked." + (new.map { " \($0.id) signs in its place." } ?? ""))
            let names = left.isEmpty ? "Programs that verify by themselves" : left.map(\.name).joined(separator: ", ")
            try Terminal.print(
                "\(names) may go on accepting its tokens until they expire, at the latest \(end.iso8601).")
        }
    }

    struct RetireShared: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "retire-shared", abstract: "Refuse tokens of HS256, which the secret of the servers signs.",
            discussion: "Another key has to sign. Whoever still has such a token refreshes; nobody has to log in again."
        )

        @OptionGroup var output: JSONOption
        @OptionGroup(visibility: .hidden) var options: ConfigurationOptions

        func run() async throws {
            try await options.withInstallation { installation in
                guard try await installation.keys.store.retireSharedKey(in: .command) else {
                    throw Failure(text: "No other key signs, or the secret was retired already: ostiary keys list")
                }
                try output.print("Tokens of HS256 are refused from now on.", "retired", "HS256")
            }
        }
    }

    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "remove", abstract: "Take a key that does not sign off the list.",
            discussion: """
                Tokens of a retired key that have not expired are refused then; clients refresh them. A key that leaked is not \
                removed but revoked, so that other programs hear of it: ostiary keys revoke.
                """)

        @Argument(help: "The key, or the beginning of its name.")
        var key: String

        @Flag(name: .long, help: "Do not ask. Without it a retired key is asked about.")
        var yes = false

        @OptionGroup var output: JSONOption
        @OptionGroup(visibility: .hidden) var options: ConfigurationOptions

        func validate() throws { try output.needsYes(yes) }

        func run() async throws {
            try await options.withKey(key) { installation, key in
                try Terminal.confirm(
                    "Refuse tokens of \(key.id) that have not expired?", unless: yes || key.state != .retired)
                guard try await installation.keys.store.remove(key.id, in: .command) else {
                    throw Failure(text: "The key signs. Publish another one first: ostiary keys rotate")
                }
                try output.print("\(key.id) is removed.", "removed", key.id)
            }
        }
    }

    struct Rewrap: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "rewrap", abstract: "Seal the private keys under another root secret.",
            discussion: """
                Stop the servers first. Give the new secret as OSTIARY_ROOT_SECRET and the old one as OSTIARY_ROOT_SECRET_PREVIOUS, \
                or their files as OSTIARY_ROOT_SECRET_FILE and OSTIARY_ROOT_SECRET_PREVIOUS_FILE. Then let the database forget \
                the old one, by ostiary forgetkey --root, and start the servers with the new one.
                """)

        @OptionGroup var output: JSONOption
        @OptionGroup(visibility: .hidden) var options: ConfigurationOptions

        func run() async throws {
            try await options.withInstallation { installation in
                let count = try await installation.keys.rewrap(in: .command)
                if output.json {
                    return try Terminal.document { json in
                        json.beginObject()
                        json.member("sealed", Int64(count))
                        json.endObject()
                    }
                }
                let next = "Before the servers start with the new secret: ostiary forgetkey --root"
                try Terminal.print("\(count) \(count == 1 ? "key was" : "keys were") sealed anew. \(next)")
            }
        }
    }

    struct ExportPublic: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "export-public", abstract: "Print the public part of a key.")

        @Argument(help: "The key, or the beginning of its name.")
        var key: String

        @Flag(help: "The form: PEM, for programs that read a file, or JWK.")
        var form = Form.pem

        enum Form: String, EnumerableFlag { case pem, jwk }

        @OptionGroup(visibility: .hidden) var options: ConfigurationOptions

        func run() async throws {
            try await options.withKey(key) { _, key in
                switch form {
                case .jwk: try Terminal.print(key.jwk.text)
                case .pem:
                    guard let text = PublicKey(key.jwk)?.pem else { throw Failure(text: "The key is damaged.") }
                    try Terminal.print(text)
                }
            }
        }
    }
}
