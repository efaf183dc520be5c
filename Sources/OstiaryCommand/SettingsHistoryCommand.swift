// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import OstiaryCore
import OstiaryServer

struct SettingsHistoryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history", abstract: "Show the changes of settings, newest first.",
        discussion: "A running server also records changes by other programs."
    )

    @Argument(help: "Show one setting only.")
    var name: String?

    @Option(name: .long, help: "Show at most this many, 1…10000.")
    var limit = 50

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    @OptionGroup(visibility: .hidden) var options: ConfigurationOptions

    func validate() throws {
        guard (1...10_000).contains(limit) else { throw ValidationError("--limit must be in 1…10000.") }
    }

    func run() async throws {
        try await options.withInstallation { installation in
            if let name { _ = try installation.knownSettings.named(name) }
            let entries = try await installation.administration.audit.entries(
                AuditQuery(object: name, event: .settingChanged, limit: limit), in: .command)
            if json { try Terminal.print(document(entries)) } else { try table(entries) }
        }
    }

    private func table(_ entries: [AuditEntry]) throws {
        try Terminal.table(
            [["WHEN", "NAME", "OLD", "NEW", "WHO"]]
                + entries.map { entry in
                    [
                        entry.at.iso8601, entry.object ?? "", entry.changes.first?.old ?? "default",
                        entry.changes.first?.new ?? "default", author(of: entry),
                    ]
                }
        )
    }

    /// The author of an entry; a user of this machine by the name alone.
    private func author(of entry: AuditEntry) -> String {
        let prefix = "operator:"
        let name =
            entry.actor.hasBytePrefix(prefix) ? String(entry.actor.dropFirst(prefix.count)) : entry.actor
        return entry.cause == nil ? name : "\(name), refused by Redis"
    }

    private func document(_ entries: [AuditEntry]) -> String {
        var writer = JSONWriter()
        writer.beginArray()
        for entry in entries {
            writer.beginObject()
            for (key, value) in [
                ("at", entry.at.iso8601), ("name", entry.object), ("old", entry.changes.first?.old),
                ("new", entry.changes.first?.new), ("author", author(of: entry)),
            ] {
                writer.key(key)
                if let value { writer.string(value) } else { writer.null() }
            }
            writer.endObject()
        }
        writer.endArray()
        return String(decoding: writer.bytes, as: UTF8.self)
    }
}
