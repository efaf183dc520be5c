// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import OstiaryCore
import OstiaryServer

struct CleanupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cleanup", abstract: "Delete expired sessions, tokens and audit entries.",
        discussion: "A running server does this every hour."
    )

    @OptionGroup var output: JSONOption
    @OptionGroup(visibility: .hidden) var options: ConfigurationOptions

    func run() async throws {
        try await options.withInstallation { installation in
            var deleted = 0
            try await installation.withSettings { _ in
                deleted = try await installation.administration.cleanup.run(by: .command) {
                    Terminal.progress("\($0) rows deleted")
                }
            }
            if deleted > 0 { Terminal.endProgress() }
            if output.json {
                return try Terminal.document { json in
                    json.beginObject()
                    json.member("deleted", Int64(deleted))
                    json.endObject()
                }
            }
            try Terminal.print("Deleted \(deleted) expired rows.")
        }
    }
}

struct BackupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup", abstract: "Copy the database, even while servers use it.",
        discussion: "Back up the signing key (secret.key in the data directory) too: it is not in the database."
    )

    @Argument(help: "The path of the copy; the file must not exist.")
    var file: String

    @OptionGroup(visibility: .hidden) var options: ConfigurationOptions

    func validate() throws {
        guard !file.isEmpty else { throw ValidationError("The name of the file must not be empty.") }
    }

    func run() async throws {
        try await options.withInstallation { installation in
            try installation.backup(to: file) { done, total in
                Terminal.progress("\(total == 0 ? 100 : done * 100 / total) % of \(total) pages")
            }
            Terminal.endProgress()
            try Terminal.print("Wrote \(file).")
        }
    }
}

struct ForgetKeyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "forgetkey", abstract: "Allow servers to use a new signing key.",
        discussion: """
            The database records the key of its servers, and refuses servers with another key. To replace it, stop \
            all servers, run this, and start them with the new key. Access tokens of the old key are refused from then \
            on; refresh tokens stay valid, so no user has to log in again. Rate limits, forms and \
            audit digests use the root secret; where it was not given or made apart, that is the signing key: to keep \
            them, set the old key as OSTIARY_ROOT_SECRET.
            """
    )

    @Flag(
        name: .long,
        help: "Forget the root secret instead, the key of rate limits, forms, audit digests and private keys.")
    var root = false

    @Flag(
        name: .long,
        help: """
            Do it also while servers run. Each of them whose key is in the data directory reads the file again. One that \
            finds the old key, or was given its key at the start, goes on with it until another server brings a new \
            one, and is not ready from then on.
            """)
    var force = false

    @OptionGroup(visibility: .hidden) var options: ConfigurationOptions

    func run() async throws {
        try await options.withInstallation { installation in
            try await installation.forget(root ? .root : .signingKey, isForced: force, in: .command)
            try Terminal.print("Forgotten. The next server that starts decides which \(root ? "secret" : "key") it is.")
        }
    }
}
