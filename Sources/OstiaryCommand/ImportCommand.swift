// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import OstiaryCore
import OstiaryServer

struct ImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Take over accounts of another system.",
        subcommands: [Users.self, Verify.self]
    )

    static func format(_ text: String) throws -> ImportFormat {
        guard let format = ImportFormat(rawValue: text) else {
            let known = ImportFormat.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("the format is one of \(known), not \"\(text.printable)\"")
        }
        return format
    }

    struct Users: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "users", abstract: "Create accounts with the passwords that they have elsewhere.",
            discussion: """
                Each record has an email, and any of: \(ImportedAccount.fields.filter { $0 != "email" }.joined(separator: ", ")). \
                The password is a hash: pbkdf2_sha256, pbkdf2_sha1, argon2, scrypt, bcrypt or bcrypt_sha256 as Django writes \
                them, $2a$, $2b$ or $2y$ of any other system, or $argon2id$. Without one the account has no password until \
                its owner resets it. Each is replaced by Argon2id at the next login.

                A record that cannot become an account is left out and told with its line. Records are written a thousand \
                at a time; an import that was interrupted tells where to go on.
                """)

        @Argument(help: "The file.")
        var file: String

        @Option(
            name: .long, help: "The form of the file: django-dump (manage.py dumpdata), csv or jsonl.",
            transform: ImportCommand.format)
        var format: ImportFormat

        @Flag(name: .long, help: "Judge every record, and write nothing.")
        var dryRun = false

        @Flag(name: .long, help: "Take over the ids.")
        var keepIds = false

        @Option(name: .long, help: "Begin at this line; records before it are passed over.")
        var fromLine = 1

        @Option(
            name: .long, help: "Write the records that are left out into this new file, a JSON object on each line.")
        var rejects: String?

        @OptionGroup var output: JSONOption
        @OptionGroup(visibility: .hidden) var options: ConfigurationOptions

        func validate() throws {
            guard fromLine >= 1 else { throw ValidationError("--from-line must be at least 1.") }
        }

        func run() async throws {
            try await options.withInstallation { installation in
                let file = try rejects.map { try RejectFile($0) }
                let work = AccountImport(
                    installation, file: self.file, format, keepsIDs: keepIds, firstLine: fromLine)
                var outcome = AccountImport.Outcome(firstLine: fromLine)
                var shown = 0
                do {
                    try await work.run(isTrial: dryRun, into: &outcome, in: .command) { reject in
                        if let file { return try file.write(reject) }
                        shown += 1
                        if shown <= 20 { Terminal.complain("line \(reject.line): \(reject.text)") }
                    } progress: { outcome, percent in
                        let share = percent.map { " \($0) %," } ?? ""
                        Terminal.progress("\(share) \(outcome.created) accounts, \(outcome.rejected) left out")
                    }
                } catch {
                    Terminal.endProgress()
                    Terminal.complain(
                        "\(outcome.created) accounts were created. Go on with: --from-line \(outcome.nextLine)")
                    throw error
                }
                Terminal.endProgress()
                if shown > 20 { Terminal.complain("… and \(shown - 20) more; --rejects FILE keeps all of them") }
                try report(outcome)
                guard outcome.rejected == 0 else { throw ExitCode(1) }
            }
        }

        private func report(_ outcome: AccountImport.Outcome) throws {
            if output.json {
                return try Terminal.document { json in
                    json.beginObject()
                    json.member("created", Int64(outcome.created))
                    json.member("rejected", Int64(outcome.rejected))
                    json.member("others", Int64(outcome.others))
                    json.endObject()
                }
            }
            let verb = dryRun ? "Would create" : "Created"
            let others = outcome.others > 0 ? " \(outcome.others) other objects were passed over." : ""
            try Terminal.print("\(verb) \(outcome.created) accounts; \(outcome.rejected) records left out.\(others)")
        }
    }

    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "verify", abstract: "Try passwords that are known against the accounts.",
            discussion: """
                The file is a table whose first line is email,password, with passwords in clear. No login is made, no budget \
                is spent and nothing is written. Delete the file afterwards.
                """)

        @Argument(help: "The file.")
        var file: String

        @OptionGroup var output: JSONOption
        @OptionGroup(visibility: .hidden) var options: ConfigurationOptions

        func run() async throws {
            try await options.withInstallation { installation in
                let trial = try await PasswordTrial(installation, file: file).run(in: .command) { line, email, fault in
                    Terminal.complain("line \(line): \(email.printable): \(fault)")
                }
                if output.json {
                    try Terminal.document { json in
                        json.beginObject()
                        json.member("right", Int64(trial.right))
                        json.member("wrong", Int64(trial.wrong))
                        json.endObject()
                    }
                } else {
                    try Terminal.print("\(trial.right) passwords are right, \(trial.wrong) are not.")
                }
                guard trial.wrong == 0 else { throw ExitCode(1) }
            }
        }
    }
}

extension AccountImport.Reject {
    fileprivate var text: String { "\(email.map { "\($0.printable): " } ?? "")\(reason)" }
}
