// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import OstiaryCore
import OstiaryServer

extension MailCommand {
    struct Queue: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "queue", abstract: "List the messages that wait, or those that failed in the last seven days.")

        @Flag(name: .long, help: "List those that failed.")
        var failed = false

        @Option(name: .long, help: "The most messages to list, 1…1000.")
        var limit = 100

        @Option(name: .long, help: "List those behind this number.")
        var after: Int64 = 0

        @OptionGroup var output: JSONOption
        @OptionGroup(visibility: .hidden) var options: ConfigurationOptions

        func validate() throws {
            guard (1...1_000).contains(limit) else { throw ValidationError("--limit must be in 1…1000.") }
        }

        func run() async throws {
            try await options.withInstallation { installation in
                let found = try await installation.mail.outbox.messages(
                    failed: failed, after: after, limit: limit + 1, in: .command)
                let messages = Array(found.prefix(limit))
                if found.count > limit, let last = messages.last {
                    Terminal.complain("There are more: --after \(last.id)")
                }
                if output.json {
                    return try Terminal.document { json in
                        json.beginArray()
                        for message in messages { json.message(message) }
                        json.endArray()
                    }
                }
                try Terminal.table(
                    [["ID", "MESSAGE", "TO", "MADE", "NEXT ATTEMPT", "TRIES", "REASON"]] + messages.map(row))
            }
        }

        private func row(_ message: OutboxMessage) -> [String] {
            [
                String(message.id), message.message.kind.rawValue, message.message.address.text,
                message.createdAt.iso8601, message.failedAt == nil ? message.dueAt.iso8601 : "none",
                String(message.attempts), message.failure ?? "-",
            ]
        }
    }

    struct Retry: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "retry", abstract: "Make messages due at once, unless their links have expired.")

        @Argument(help: "The numbers of messages, as `mail queue` shows them.")
        var ids: [Int64]

        @OptionGroup(visibility: .hidden) var options: ConfigurationOptions

        func run() async throws {
            try await options.withInstallation { installation in
                try tell(try await installation.mail.outbox.retry(ids, in: .command), of: ids.count, "due now")
            }
        }
    }

    struct Drop: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "drop", abstract: "Delete messages that wait or have failed.")

        @Argument(help: "The numbers of messages, as `mail queue` shows them.")
        var ids: [Int64]

        @OptionGroup(visibility: .hidden) var options: ConfigurationOptions

        func run() async throws {
            try await options.withInstallation { installation in
                try tell(try await installation.mail.outbox.drop(ids, in: .command), of: ids.count, "deleted")
            }
        }
    }
}

private func tell(_ done: Int, of all: Int, _ effect: String) throws {
    try Terminal.print("\(done) of \(all) \(all == 1 ? "message" : "messages") \(effect).")
    if done == 0 { throw ExitCode(1) }
}

extension JSONWriter {
    fileprivate mutating func message(_ message: OutboxMessage) {
        beginObject()
        member("id", message.id)
        member("message", message.message.kind.rawValue)
        member("to", message.message.address.text)
        member("language", message.message.language.rawValue)
        member("created_at", message.createdAt.iso8601)
        member("due_at", message.dueAt.iso8601)
        member("expires_at", message.message.expiresAt.iso8601)
        member("attempts", Int64(message.attempts))
        member("failed_at", optional: message.failedAt?.iso8601)
        member("reason", optional: message.failure)
        endObject()
    }
}
