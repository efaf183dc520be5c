// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import OstiaryCore
import OstiaryServer

/// `ostiary keys`: the keys that sign access tokens for other programs.
struct KeysCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys", abstract: "Manage the keys that sign access tokens.",
        discussion: """
            Without a key, tokens are signed by HS256 with the secret of the servers. A key whose public part other programs \
            know signs once they have it: see `ostiary verifiers list`.
            """,
        subcommands: [
            List.self, Rotate.self, Sign.self, Revoke.self, RetireShared.self, Remove.self, Rewrap.self,
            ExportPublic.self,
        ])

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "List the keys, the newest first.")

        @OptionGroup var output: JSONOption
        @OptionGroup(visibility: .hidden) var options: ConfigurationOptions

        func run() async throws {
            try await options.withInstallation { installation in
                let keys = try await installation.keys.store.keys(in: .command)
                let shared = try await installation.keys.store.sharedKeyRetiredAt(in: .command)
                if output.json {
                    return try Terminal.document { json in
                        json.beginObject()
                        json.key("keys")
                        json.beginArray()
                        for key in keys { json.signingKey(key) }
                        json.endArray()
                        json.member("shared_key_retired_at", optional: shared?.iso8601)
                        json.endObject()
                    }
                }
                try Terminal.table(
                    [["KEY", "ALGORITHM", "STATE", "PUBLISHED", "SIGNS SINCE", "GOES AFTER"]] + keys.map(row)
                        + [["(secret)", "HS256", shared == nil ? "in use" : "retired", "-", "-", "-"]])
            }
        }

        private func row(_ key: StoredKey) -> [String] {
            [
                key.id, key.jwk.algorithm.rawValue, key.state.rawValue, key.publishedAt.iso8601,
                key.signingAt?.iso8601 ?? "-", key.removeAfter?.iso8601 ?? "-",
            ]
        }
    }

    struct Rotate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "rotate", abstract: "Publish a new key, which signs once verifiers have it.",
            discussion: """
                Programs that do not read EdDSA: mod_auth_openidc 2.4.12, mod_oauth2 3.3, HAProxy 2.6, Dovecot 2.3, Authlib's \
                validator of RFC 9068. RS256 signs a hundred times as slowly as ES256.
                """)

        @Option(name: .long, help: "ES256, RS256 or EdDSA.")
        var algorithm = "ES256"

        @Flag(name: .long, help: "Sign with it at once: verifiers that lack it refuse its tokens until they fetch.")
        var now = false

        @Flag(name: .long, help: "Do not ask.")
        var yes = false

        @OptionGroup var output: JSONOption
        @OptionGroup(visibility: .hidden) var options: ConfigurationOptions

        func validate() throws {
            guard KeyAlgorithm(rawValue: algorithm) != nil else {
                throw ValidationError("--algorithm must be ES256, RS256 or EdDSA.")
            }
            try output.needsYes(yes || !now)
        }

        func run() async throws {
            try await options.withInstallation { installation in
                try await installation.withSettings { _ in try await rotate(installation) }
            }
        }

        private func rotate(_ installation: Installation) async throws {
            if now, !yes { try await installation.confirmSigning() }
            guard let algorithm = KeyAlgorithm(rawValue: algorithm),
                let key = try await installation.keys.rotate(algorithm, isImmediate: now, in: .command)
            else { throw Failure(text: "A key of this algorithm waits to sign already: ostiary keys list") }
            if output.json { return try Terminal.document { $0.signingKey(key) } }
            let next = "JWKS_MAX_AGE seconds later, once all verifiers have it: ostiary verifiers list"
            try Terminal.print(now ? "\(key.id) signs." : "\(key.id) is published. It signs \(next)")
        }
    }

    struct Sign: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "sign", abstract: "Let a published key sign at once, whoever lacks it.")

        @Argument(help: "The key, or the beginning of its name.")
        var key: String

        @Flag(name: .long, help: "Do not ask.")
        var yes = false

        @OptionGroup var output: JSONOption
        @OptionGroup(visibility: .hidden) var options: ConfigurationOptions

        func validate() throws { try output.needsYes(yes) }

        func run() async throws {
            try await options.withKey(key) { installation, key in
                if !yes { try await installation.confirmSigning() }
                try await installation.withSettings { _ in
                    guard try await installation.keys.sign(with: key.id, in: .command) else {
                        throw Failure(text: "The key is \(key.state.rawValue), not published.")
                    }
                }
                try output.print("\(key.id) signs.", "signing", key.id)
            }
        }
    }
}

extension Installation {
    /// Asks if a key may sign at once.
    fileprivate func confirmSigning() async throws {
        let names = try await keys.store.verifiers(in: .command).prefix(20).map(\.name.printable)
        let who = names.isEmpty ? "Programs that hold other keys" : names.joined(separator: ", ")
        try Terminal.confirm("\(who) will refuse new tokens until they have the key. Go on?", unless: false)
    }
}

extension ConfigurationOptions {
    /// ``withInstallation(_:creates:migrated:_:)`` for work on one key.
    func withKey(_ id: String, _ work: (Installation, StoredKey) async throws -> Void) async throws {
        try await withInstallation { installation in
            guard let key = try await installation.keys.key(id, in: .command) else {
                throw Failure(text: "There is no such key, or more than one: ostiary keys list")
            }
            try await work(installation, key)
        }
    }
}

extension JSONWriter {
    mutating func signingKey(_ key: StoredKey) {
        beginObject()
        member("kid", key.id)
        member("algorithm", key.jwk.algorithm.rawValue)
        member("state", key.state.rawValue)
        member("published_at", key.publishedAt.iso8601)
        member("signing_at", optional: key.signingAt?.iso8601)
        member("retired_at", optional: key.retiredAt?.iso8601)
        member("remove_after", optional: key.removeAfter?.iso8601)
        member("reason", optional: key.reason)
        endObject()
    }
}
