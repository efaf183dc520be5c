// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import OstiaryServer

/// The flags of a server, beside those that all commands share. Commands that judge its configuration have them, too.
struct ServerOptions: ParsableArguments {
    @Option(name: .long, help: .key(.host))
    var host: String?

    @Option(name: .long, help: .key(.port))
    var port: String?

    @Option(name: .long, help: .key(.socketMode))
    var socketMode: String?

    @Option(name: .long, help: .key(.databaseConnections))
    var databaseConnections: String?

    @Option(name: .long, help: .key(.hashThreads))
    var hashThreads: String?

    @Option(name: .long, help: .key(.secretKey))
    var secretKey: String?

    @Option(name: .long, help: .key(.rootSecret))
    var rootSecret: String?

    @Option(name: .long, help: .key(.rootSecretPrevious))
    var rootSecretPrevious: String?

    @Option(name: .long, help: .key(.logAddresses))
    var logAddresses: String?

    @Option(name: .long, help: .key(.accessLog))
    var accessLog: String?

    @Option(name: .long, help: .key(.trustedHops))
    var trustedHops: String?

    @Option(name: .long, help: .key(.connectionsPerNetwork))
    var connectionsPerNetwork: String?

    @Option(name: .long, help: .key(.publicURL))
    var publicURL: String?

    @Option(name: .long, help: .key(.corsOrigin))
    var corsOrigin: [String] = []

    @Option(name: .long, help: .key(.gateOrigin))
    var gateOrigin: [String] = []

    @Option(name: .long, help: .key(.gateRemoteUser))
    var gateRemoteUser: String?

    @Option(name: .long, help: .key(.metricsAddress))
    var metricsAddress: String?

    @Option(name: .long, help: .key(.throttling))
    var throttling: String?

    @Option(name: .customLong("browsable-api"), help: .key(.browsableAPI))
    var browsableAPI: String?

    @Option(name: .long, help: .key(.admin))
    var admin: String?

    @Option(name: .long, help: .key(.tlsCert))
    var tlsCert: String?

    @Option(name: .long, help: .key(.tlsKey))
    var tlsKey: String?

    @OptionGroup var mail: MailOptions

    var values: [ConfigurationKey: String] {
        var values: [ConfigurationKey: String] = [:]
        values[.host] = host
        values[.port] = port
        values[.socketMode] = socketMode
        values[.databaseConnections] = databaseConnections
        values[.hashThreads] = hashThreads
        values[.secretKey] = secretKey
        values[.rootSecret] = rootSecret
        values[.rootSecretPrevious] = rootSecretPrevious
        values[.logAddresses] = logAddresses
        values[.accessLog] = accessLog
        values[.trustedHops] = trustedHops
        values[.connectionsPerNetwork] = connectionsPerNetwork
        values[.publicURL] = publicURL
        if !corsOrigin.isEmpty { values[.corsOrigin] = corsOrigin.joined(separator: ",") }
        if !gateOrigin.isEmpty { values[.gateOrigin] = gateOrigin.joined(separator: ",") }
        values[.gateRemoteUser] = gateRemoteUser
        values[.metricsAddress] = metricsAddress
        values[.throttling] = throttling
        values[.browsableAPI] = browsableAPI
        values[.admin] = admin
        values[.tlsCert] = tlsCert
        values[.tlsKey] = tlsKey
        return values.merging(mail.values) { _, new in new }
    }
}
