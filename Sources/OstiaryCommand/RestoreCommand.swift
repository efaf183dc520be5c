// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Logging
import OstiaryCore
import OstiaryServer

struct RestoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore", abstract: "Put a copy made by backup in the place of the database.",
        discussion: """
            No server may run. The copy is checked, migrated if it is of an earlier release, and compared with the key \
            of this installation; the state before is kept beside the database. Without an error nothing is left to \
            do but to start the server.
            """
    )

    @Argument(help: "The path of the copy, which is only read.")
    var file: String

    @Flag(
        name: .long,
        help: "Restore also a copy of another signing key or root secret. Access tokens of that time are refused then."
    )
    var forgetKey = false

    @OptionGroup var output: JSONOption
    @OptionGroup(visibility: .hidden) var options: ConfigurationOptions

    func validate() throws {
        guard !file.isEmpty else { throw ValidationError("The name of the file must not be empty.") }
    }

    func run() async throws {
        try await reportingFailures {
            var logger = Logger(label: "ostiary") { StreamLogHandler.standardError(label: $0) }
            logger.logLevel = .error
            let restore = Restore(
                try ServerConfiguration(options.reading()), features: OstiaryCommand.features, logger: logger)
            let outcome = try await restore.run(file, forgetsKey: forgetKey, in: .command) { done, total in
                Terminal.progress("\(total == 0 ? 100 : done * 100 / total) % of \(total) pages")
            }
            Terminal.endProgress()
            if output.json {
                return try Terminal.document { json in
                    json.beginObject()
                    json.member("database", outcome.database)
                    if let kept = outcome.kept { json.member("kept", kept) }
                    json.endObject()
                }
            }
            if !outcome.migrations.isEmpty {
                try Terminal.print("Migrated the copy: \(outcome.migrations.joined(separator: ", ")).")
            }
            try Terminal.print("Restored \(outcome.database) from \(file).")
            if let kept = outcome.kept {
                try Terminal.print("The state before is in \(kept); delete it when you do not need it.")
            }
        }
    }
}
