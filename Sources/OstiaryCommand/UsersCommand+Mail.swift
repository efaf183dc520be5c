// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import OstiaryCore
import OstiaryServer

extension UsersCommand {
    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "verify", abstract: "Record the e-mail address of an account as proven.")

        @OptionGroup var account: AccountArgument

        @Flag(name: .long, help: "Take the proof back.")
        var undo = false

        @OptionGroup var output: JSONOption
        @OptionGroup(visibility: .hidden) var options: ConfigurationOptions

        func run() async throws {
            try await options.withInstallation { installation in
                let user = try await installation.administration.accounts.user(account.reference, in: .command)
                let after = try await installation.mail.setVerified(!undo, of: user.id, in: .command)
                try AccountReport(
                    user: after ?? user, text: undo ? "is not verified" : "is verified",
                    isChange: after?.isEmailVerified != user.isEmailVerified
                ).print(as: output)
            }
        }
    }

    struct ResetLink: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "resetlink", abstract: "Print a link by which the owner of an account sets a new password.",
            discussion: "The link is a secret. It is printed and not sent; the server must have mail, to serve it."
        )

        @OptionGroup var account: AccountArgument
        @OptionGroup var output: JSONOption
        @OptionGroup var server: ServerOptions
        @OptionGroup(visibility: .hidden) var options: ConfigurationOptions

        func run() async throws {
            try await options.withInstallation(server.values) { installation in
                let user = try await installation.administration.accounts.user(account.reference, in: .command)
                guard let email = EmailAddress(user.email),
                    let link = try await installation.mail.resetLink(for: email, in: .command)
                else { throw Failure(text: "The account is not active, so no link was made.") }
                guard output.json else { return try Terminal.print(link.url) }
                try Terminal.document { json in
                    json.beginObject()
                    json.member("link", link.url)
                    json.member("expires_at", link.expiresAt.iso8601)
                    json.endObject()
                }
            }
        }
    }
}
