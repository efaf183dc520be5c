// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import OstiaryCore
import OstiaryServer

struct MigrateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate", abstract: "Update the database to this release's schema."
    )

    @Flag(name: .long, help: "Show the pending migrations without applying them.")
    var plan = false

    @OptionGroup var output: JSONOption
    @OptionGroup(visibility: .hidden) var options: ConfigurationOptions

    func run() async throws {
        try await options.withInstallation(creates: !plan, migrated: false) { installation in
            let pending = try await installation.pendingMigrations()
            let applied = plan ? [] : try await installation.migrate()
            if output.json {
                return try Terminal.document { json in
                    json.beginObject()
                    json.member("applied", applied)
                    json.member("pending", plan ? pending : [])
                    json.endObject()
                }
            }
            guard !pending.isEmpty else { return try Terminal.print("No migrations to apply.") }
            let lines = plan ? pending.map { "[ ] \($0)" } : applied.map { "Applying \($0)… OK" }
            for line in lines { try Terminal.print(line) }
        }
    }
}

struct ShowMigrationsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "showmigrations", abstract: "List the migrations; applied ones are marked [X]."
    )

    @OptionGroup var output: JSONOption
    @OptionGroup(visibility: .hidden) var options: ConfigurationOptions

    func run() async throws {
        try await options.withInstallation(migrated: false) { installation in
            let applied = try await installation.appliedMigrations()
            let pending = try await installation.pendingMigrations()
            if output.json {
                return try Terminal.document { json in
                    json.beginArray()
                    for (name, isApplied) in applied.map({ ($0, true) }) + pending.map({ ($0, false) }) {
                        json.beginObject()
                        json.member("name", name)
                        json.member("applied", isApplied)
                        json.endObject()
                    }
                    json.endArray()
                }
            }
            for name in applied { try Terminal.print("[X] \(name)") }
            for name in pending { try Terminal.print("[ ] \(name)") }
            let numbers = Set((applied + pending).compactMap { Int($0.prefix { $0 != "_" }) })
            let missing = (1...(numbers.max() ?? 1)).filter { !numbers.contains($0) }
            if !missing.isEmpty {
                let list = missing.map(String.init).joined(separator: ", ")
                try Terminal.print("Numbers left out here (\(list)) are for the other kind of database.")
            }
        }
    }
}

struct MakeMigrationsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "makemigrations", abstract: "Not needed; explains what to do instead."
    )

    func run() async throws {
        try await reportingFailures {
            try Terminal.print(
                """
                The schema is part of each release, so there are no migrations to make.
                Apply the migrations of a release with: ostiary migrate
                Keep additional data about users in your own tables, which refer to ostiary_user (id).
                """
            )
        }
    }
}
