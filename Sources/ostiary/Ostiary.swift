// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import OstiaryCore
import OstiaryServer

@main
struct Ostiary: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ostiary",
        abstract: "The doorkeeper who lets people in: an authentication server.",
        discussion: """
            Begin with: ostiary serve
            Every command takes the flags that say where the data is: --help-hidden lists them.
            """,
        version: "ostiary \(Version.text)",
        subcommands: [
            ServeCommand.self, MigrateCommand.self, ShowMigrationsCommand.self, MakeMigrationsCommand.self,
            CreateSuperuserCommand.self, ChangePasswordCommand.self, UsersCommand.self, SettingsCommand.self,
            AuditCommand.self,
            CleanupCommand.self, BackupCommand.self, ForgetKeyCommand.self, CheckCommand.self, OpenAPICommand.self,
            VersionCommand.self,
        ]
    )
}

struct VersionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "version", abstract: "Tell which release this is.")

    @OptionGroup var output: JSONOption

    func run() {
        guard output.json else { return print("ostiary \(Version.text)") }
        Terminal.document { json in
            json.beginObject()
            json.member("version", Version.text)
            json.endObject()
        }
    }
}
