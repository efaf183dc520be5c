// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import OstiarySQL

extension StartError {
    /// The database has accounts of the product, so it cannot use those of another program.
    static func ownAccounts(_ adoption: AdoptionConfiguration) -> StartError {
        StartError(
            description: """
                The database has accounts of its own in ostiary_user, so it cannot use those in \
                \(adoption.adoption.users.name.text). Leave out --user-table, or choose another database.
                """,
            exitCode: ConfigurationError.exitCode)
    }

    /// The servers on the database use the accounts of another program.
    static func adopted(_ recorded: String) -> StartError {
        StartError(
            description: """
                The servers on this database use the accounts of a Django service. Give this one the same flags: \
                \(recorded)
                """,
            exitCode: ConfigurationError.exitCode)
    }

    /// The servers on the database use the accounts of another program in another way.
    static func otherAdoption(_ recorded: String, _ given: AdoptionConfiguration) -> StartError {
        StartError(
            description: """
                The servers on this database use the tables of the Django service in another way.
                They were started with: \(recorded)
                This one was given:     \(given.text)
                Give it the same flags. To change them for all servers, stop those and run: ostiary adopt --record
                """,
            exitCode: ConfigurationError.exitCode)
    }
}
