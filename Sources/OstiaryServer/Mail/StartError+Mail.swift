// SPDX-License-Identifier: Apache-2.0

import OstiaryMail

extension StartError {
    /// The templates of messages cannot be used.
    static func templates(_ error: MailTemplateError) -> StartError {
        StartError(
            description: "The templates of messages cannot be used: \(error).", exitCode: ConfigurationError.exitCode)
    }
}

extension StartError {
    /// The way on which messages leave cannot be used.
    static func mail(_ error: MailURLError) -> StartError {
        StartError(
            description: "The mail server cannot be used: \(error). Check --mail-url.",
            exitCode: ConfigurationError.exitCode)
    }
}

extension StartError {
    /// A command needs mail, and the configuration has none.
    static let noMail = StartError(
        description: "There is no mail: give the --mail-url, --mail-from and --public-url of the server.",
        exitCode: ConfigurationError.exitCode)
}
