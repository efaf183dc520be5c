import ArgumentParser
import OstiaryServer

struct MigrateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate", abstract: "Bring the database to this release's schema."
    )

    @Flag(name: .long, help: "Tell what would be applied and change nothing.")
    var plan = false

    @OptionGroup var options: ConfigurationOptions

    func run() async throws {
        try await options.withWorkspace(creates: !plan, migrated: false) { workspace in
            let pending = try await workspace.pendingMigrations()
            guard !pending.isEmpty else {
                print("No migrations to apply.")
                return
            }
            if plan {
                for name in pending { print("[ ] \(name)") }
                return
            }
            for name in try await workspace.migrate() { print("Applying \(name)… OK") }
        }
    }
}

struct ShowMigrationsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "showmigrations", abstract: "List the migrations, the applied ones with [X]."
    )

    @OptionGroup var options: ConfigurationOptions

    func run() async throws {
        try await options.withWorkspace(migrated: false) { workspace in
            for name in try await workspace.appliedMigrations() { print("[X] \(name)") }
            for name in try await workspace.pendingMigrations() { print("[ ] \(name)") }
        }
    }
}

struct MakeMigrationsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "makemigrations", abstract: "Not needed: tells what to do instead."
    )

    func run() {
        print(
            """
            The schema belongs to the product and comes with each release, so there are no migrations to make.
            Apply what a release brings with: ostiary migrate
            Keep what else you know about users in tables of your own that refer to ostiary_user (id).
            """
        )
    }
}
