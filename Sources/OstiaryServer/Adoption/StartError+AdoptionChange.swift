// SPDX-License-Identifier: Apache-2.0

extension StartError {
    /// No tokens are shared with a Django service.
    static var nothingToFinish: StartError {
        StartError(
            description: """
                There are no refresh tokens of a Django service to finish with. Give this command the flags of the servers, \
                --user-table and --legacy-refresh-table among them.
                """,
            exitCode: ConfigurationError.exitCode)
    }

    /// The command lacks the flags that it is to record.
    static var nothingToRecord: StartError {
        StartError(
            description: "Give this command the flags to record: --user-table and those that go with it.",
            exitCode: ConfigurationError.exitCode)
    }

    /// No server has used the tables of a Django service on this database.
    static var nothingRecorded: StartError {
        StartError(
            description: """
                No server on this database has used the tables of a Django service, so there are no flags to replace. The \
                first start records its own.
                """,
            exitCode: ConfigurationError.exitCode)
    }

    /// The new flags do not fit to the tables of the server.
    static func otherTables(_ recorded: String, _ fault: String) -> StartError {
        StartError(
            description: """
                The tables of the servers on this database refer to \(fault) than the one that was given. They were started \
                with: \(recorded)
                To begin anew, drop every table whose name begins with ostiary_.
                """,
            exitCode: ConfigurationError.exitCode)
    }
}
