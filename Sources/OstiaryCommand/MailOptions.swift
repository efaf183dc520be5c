// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import OstiaryServer

/// The flags of mail.
struct MailOptions: ParsableArguments {
    @Option(name: .long, help: .key(.mailURL))
    var mailURL: String?

    @Option(name: .long, help: .key(.mailFrom))
    var mailFrom: String?

    @Option(name: .long, help: .key(.mailTemplates))
    var mailTemplates: String?

    @Option(name: .long, help: .key(.linkVerify))
    var linkVerify: String?

    @Option(name: .long, help: .key(.linkReset))
    var linkReset: String?

    @Option(name: .long, help: .key(.linkChange))
    var linkChange: String?

    @Option(name: .long, help: .key(.linkLogin))
    var linkLogin: String?

    var values: [ConfigurationKey: String] {
        var values: [ConfigurationKey: String] = [:]
        values[.mailURL] = mailURL
        values[.mailFrom] = mailFrom
        values[.mailTemplates] = mailTemplates
        values[.linkVerify] = linkVerify
        values[.linkReset] = linkReset
        values[.linkChange] = linkChange
        values[.linkLogin] = linkLogin
        return values
    }
}
