// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import OstiaryCore
import OstiaryServer

@main
struct OstiaryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ostiary",
        abstract: "An authentication server.",
        discussion: """
            Start with: ostiary serve
            All commands accept the flags for the location of the data; --help-hidden lists them.
            """,
        version: "ostiary \(Version.text)",
        subcommands: commands
    )

    /// The features of this program, in addition to those of every server (`Features.swift`), and all commands. A new
    /// feature of the program is added here and nowhere else.
    static let features: [Feature] = []

    private static let commands: [any ParsableCommand.Type] = [
        ServeCommand.self, MigrateCommand.self, ShowMigrationsCommand.self, MakeMigrationsCommand.self,
        CreateSuperuserCommand.self, ChangePasswordCommand.self, UsersCommand.self, GroupsCommand.self,
        SessionsCommand.self, ImportCommand.self, AdoptCommand.self, MailCommand.self, SettingsCommand.self,
        AuditCommand.self,
        CleanupCommand.self,
        BackupCommand.self,
        RestoreCommand.self, KeysCommand.self, VerifiersCommand.self, ClientsCommand.self, ForgetKeyCommand.self,
        CheckCommand.self,
        ConfigCommand.self, OpenAPICommand.self, CompletionsCommand.self, VersionCommand.self,
    ]

    static func main() async {
        Terminal.reserveStreams()
        do {
            let command = try await asyncParseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                var command = command
                try command.run()
            }
        } catch {
            await end(with: error)
        }
    }

    /// Ends the process as ArgumentParser does, except that help which cannot be written is a failure.
    private static func end(with error: any Error) async -> Never {
        let text = fullMessage(for: error)
        guard exitCode(for: error).isSuccess, !text.isEmpty else { exit(withError: error) }
        do {
            try await reportingFailures { try Terminal.print(text) }
            exit()
        } catch {
            exit(withError: error)
        }
    }
}

struct VersionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "version", abstract: "Show the version, and what the program was built from.",
        discussion: "Libraries of the system have the versions that this process has loaded.")

    @OptionGroup var output: JSONOption

    func run() async throws {
        try await reportingFailures {
            guard output.json else {
                let facts = [("commit", Version.commit), ("swift", Version.swift)]
                let rows = facts.compactMap { name, value in value.map { [name, $0] } }
                try Terminal.print("ostiary \(Version.text)")
                return try Terminal.table(rows + Version.libraries.map { [$0.name, $0.version] })
            }
            try Terminal.document { json in
                json.beginObject()
                json.member("version", Version.text)
                json.member("commit", optional: Version.commit)
                json.key("source_date_epoch")
                if let time = Version.commitTime { json.integer(time) } else { json.null() }
                json.member("swift", optional: Version.swift)
                for library in Version.libraries { json.member(library.name, library.version) }
                json.endObject()
            }
        }
    }
}
