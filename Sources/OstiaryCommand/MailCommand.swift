// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import OstiaryCore
import OstiaryServer

struct MailCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mail", abstract: "Try mail, and look after the messages that wait.",
        subcommands: [Test.self, Preview.self, Templates.self, Queue.self, Retry.self, Drop.self]
    )

    struct Test: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "test", abstract: "Send a message at once, and show the dialogue with the mail server.",
            discussion: "Logins are hidden. The exit code is 1 if the message did not leave."
        )

        @Argument(help: "The address to send to.")
        var address: String

        @OptionGroup var server: ServerOptions
        @OptionGroup(visibility: .hidden) var options: ConfigurationOptions

        func validate() throws {
            guard EmailAddress(address) != nil else { throw ValidationError("This is no e-mail address.") }
        }

        func run() async throws {
            guard let email = EmailAddress(address) else { return }
            try await options.withInstallation(server.values) { installation in
                do {
                    try await installation.mail.sendTest(to: email, observer: Terminal.complain, in: .command)
                } catch let failure as MailFailure {
                    throw Failure(text: "The message did not leave: \(failure).")
                }
                try Terminal.print("The message has left.")
            }
        }
    }

    struct Preview: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "preview", abstract: "Show a message with values of an example.")

        @Argument(
            help: "The message: \(MailKind.allCases.map(\.rawValue).joined(separator: ", ")).", transform: mailKind)
        var name: MailKind

        @Option(name: .long, help: "The language: en, de or fr.", transform: mailLanguage)
        var language = MailLanguage.english

        @Flag(name: .long, help: "Print the HTML.")
        var html = false

        @Option(name: .long, help: .key(.mailTemplates))
        var mailTemplates: String?

        func run() async throws {
            try await reportingFailures {
                let preview = try mailPreview(name, in: language, templates: mailTemplates)
                if html { return try Terminal.write(preview.html) }
                try Terminal.print("Subject: \(preview.subject)\n\n\(preview.text)")
            }
        }
    }

    struct Templates: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "templates", abstract: "Write the built-in templates to a folder; nothing is overwritten.")

        @Argument(help: "The folder.")
        var folder: String

        func run() async throws {
            try await reportingFailures {
                let files = try writeMailTemplates(to: folder)
                try Terminal.print(
                    "\(files.count) templates written. Keep those that you change, and delete the others.")
            }
        }
    }
}

private func mailKind(_ text: String) throws -> MailKind {
    guard let kind = MailKind(rawValue: text) else { throw ValidationError("There is no such message.") }
    return kind
}

private func mailLanguage(_ text: String) throws -> MailLanguage {
    guard let language = MailLanguage(rawValue: text) else { throw ValidationError("There are en, de and fr.") }
    return language
}
