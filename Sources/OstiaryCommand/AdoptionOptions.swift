// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import OstiaryServer

/// The flags about a Django service whose tables the server uses. All commands have them, since they tell where the
/// accounts are.
struct AdoptionOptions: ParsableArguments {
    @Option(name: .long, help: .key(.userTable))
    var userTable: String?

    @Option(name: .long, help: .key(.userDefault))
    var userDefault: [String] = []

    @Option(name: .long, help: .key(.userChanges))
    var userChanges: String?

    @Option(name: .long, help: .key(.passwordHasher))
    var passwordHasher: String?

    @Option(name: .long, help: .key(.legacyTokens))
    var legacyTokens: String?

    @Option(name: .long, help: .key(.legacyRefreshTable))
    var legacyRefreshTable: String?

    var values: [ConfigurationKey: String] {
        var values: [ConfigurationKey: String] = [:]
        values[.userTable] = userTable
        if !userDefault.isEmpty { values[.userDefault] = userDefault.joined(separator: ",") }
        values[.userChanges] = userChanges
        values[.passwordHasher] = passwordHasher
        values[.legacyTokens] = legacyTokens
        values[.legacyRefreshTable] = legacyRefreshTable
        return values
    }
}
