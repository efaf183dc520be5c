// SPDX-License-Identifier: Apache-2.0

import Logging
import OstiaryCore
import OstiaryHTTP
import OstiaryMail
import OstiaryPostgres
import OstiaryRedis
import OstiarySQL

extension ServerConfiguration {
    /// Reads the configuration: a flag overrides an environment variable, which overrides the file.
    /// - Parameters:
    ///   - flags: the values given on the command line.
    ///   - environment: all environment variables of the process.
    ///   - features: the features of an application, whose settings a variable may pin, too.
    /// - Throws: ``ConfigurationError`` with every malformed value; no malformed value is replaced by a default.
    public init(
        flags: [ConfigurationKey: String] = [:], environment: [String: String], features: [Feature] = []
    ) throws(ConfigurationError) {
        try self.init(ConfigurationReading(flags: flags, environment: environment, features: features))
    }

    /// - Throws: as ``init(flags:environment:features:)``.
    package init(_ reading: ConfigurationReading) throws(ConfigurationError) {
        let (layers, known) = (reading.layers, reading.known)
        var problems = layers.problems

        /// The value; nil if the key is absent or the value is malformed, which is recorded as a problem.
        func optional<Value>(
            _ key: ConfigurationKey, _ parse: (String) throws -> Value?
        ) -> Value? {
            guard let text = layers.value(key)?.text else { return nil }
            let name = "\(key.name) (\(key.flag), \(key.variable))"
            do {
                if let value = try parse(text) { return value }
                let shown = key.isSecret ? "" : ", not \"\(text.printable)\""
                problems.append("\(name) must be \(key.expected)\(shown)")
            } catch {
                problems.append("\(name): \(error)")
            }
            return nil
        }
        func value<Value>(_ key: ConfigurationKey, _ parse: (String) throws -> Value?) -> Value {
            if let value = optional(key, parse) { return value }
            guard let value = (try? parse(key.defaultText)) ?? nil else {
                preconditionFailure("the default of \(key.name) is no value")
            }
            return value
        }

        let host = value(.host, Self.some)
        let port = value(.port) { Self.integer($0, in: 0...65_535) }
        let mode = value(.socketMode, Self.mode)
        let socket = optional(.host) { .some(try ListeningAddress.socketPath(of: $0)) } ?? nil
        let listening =
            socket.map { ListeningAddress.unixSocket(path: $0, mode: mode) }
            ?? .network(ServerAddress(host: host, port: port))
        let directory = value(.dataDir, Self.some)
        let database =
            optional(.databaseURL) { text in
                PostgresURL.isScheme(of: text) ? .postgres(try PostgresURL(text)) : Self.sqlite(text)
            } ?? DatabaseLocation.sqlite(path: directory + "/ostiary.sqlite3")
        let connections = value(.databaseConnections) { Self.integer($0, in: 1...100) }
        let hashThreads = optional(.hashThreads) { Self.integer($0, in: 1...256) }
        let secretKey = optional(.secretKey) { $0.utf8.count >= SigningKey.minimumBytes ? SecretText($0) : nil }
        let rootSecret = optional(.rootSecret) { $0.utf8.count >= RootSecret.minimumBytes ? SecretText($0) : nil }
        let previous = optional(.rootSecretPrevious) {
            $0.utf8.count >= RootSecret.minimumBytes ? SecretText($0) : nil
        }
        let hashing = optional(.passwordHasher, HashingPolicy.init(_:))
        let reading = AdoptionReading(
            userTable: optional(.userTable, QuotedName.init(_:)),
            further: optional(.userDefault, Self.furtherColumns) ?? [],
            changes: optional(.userChanges, Adoption.Changes.init(rawValue:)), hashing: hashing,
            tokens: optional(.legacyTokens, LegacyTokens.init(rawValue:)),
            refreshTable: optional(.legacyRefreshTable, QuotedName.init(_:)))
        var adoption: AdoptionConfiguration?
        // A value that could not be read has been reported.
        if problems.isEmpty { adoption = reading.configuration { problems.append($0) } }
        let logLevel = value(.logLevel, Logger.Level.init(rawValue:))
        let logFormat = value(.logFormat, LogFormat.init(rawValue:))
        let logAddresses = value(.logAddresses, AuditLog.Addresses.init(rawValue:))
        let logsRequests = value(.accessLog, Self.flag)
        var warnings = layers.warnings
        if logsRequests, logLevel > .info {
            warnings.append(
                "access-log is on, but log-level \(logLevel.rawValue) leaves out its lines: they are at info")
        }
        let hops = value(.trustedHops) { Self.integer($0, in: 0...16) }
        if socket != nil, hops == 0 {
            warnings.append(
                "clients on a unix socket have no address: set --trusted-hops to the number of proxies in front")
        }
        let connectionsPerNetwork = value(.connectionsPerNetwork) { Self.integer($0, in: 0...1_000_000) }
        let publicURL = optional(.publicURL, PublicURL.init(_:))
        let origins =
            optional(.corsOrigin) { text in
                try text.split(separator: ",", omittingEmptySubsequences: false).map { try Origin(Self.trimmed($0)) }
            } ?? []
        let gateOrigins =
            optional(.gateOrigin) { text in
                try text.split(separator: ",", omittingEmptySubsequences: false).map { try Origin(Self.trimmed($0)) }
            } ?? []
        if !gateOrigins.isEmpty, layers.value(.publicURL) == nil {
            problems.append("gate-origin needs public-url: browsers are led there to log in")
        }
        if let publicURL, gateOrigins.contains(where: { $0.isNamed(by: publicURL.origin) }) {
            problems.append("gate-origin must not name the host of public-url, where browsers log in anyway")
        }
        let gateRemoteUser = value(.gateRemoteUser, GateRemoteUser.init(rawValue:))
        let metrics = optional(.metricsAddress, ServerAddress.init)
        let redis = optional(.redisURL, RedisEndpoint.init(_:))
        let prefix = value(.redisPrefix) { $0.utf8.count <= 200 ? $0 : nil }
        let kind =
            optional(.settingsStore, SettingsStoreKind.init(rawValue:))
            ?? (redis == nil ? SettingsStoreKind.database : .redis)
        var location = SettingsLocation.database
        switch (kind, redis) {
        case (.database, _): break
        case (.constanceTable, _): location = .constanceTable
        case (.redis, let endpoint?): location = .redis(endpoint, prefix: prefix)
        case (.redis, nil): problems.append("settings-store is redis, but no --redis-url (OSTIARY_REDIS_URL) is given")
        }
        let throttles = value(.throttling, Self.flag)
        let browsing = value(.browsableAPI, BrowsableAPIAudience.init(rawValue:))
        let admin = value(.admin, AdminAccess.init(rawValue:))
        let certificate = optional(.tlsCert, Self.some)
        let certificateKey = optional(.tlsKey, Self.some)
        if (certificate == nil) != (certificateKey == nil) { problems.append("tls-cert and tls-key need each other") }
        let mailURL = optional(.mailURL, MailURL.init(_:))
        let sender = optional(.mailFrom, MailSender.init(_:))
        let templates = optional(.mailTemplates, Self.some)
        var links: [LinkPurpose: String] = [:]
        for (key, purposes) in MailConfiguration.linkKeys {
            guard let text = optional(key, Self.some) else { continue }
            if let publicURL, let fault = MailConfiguration.fault(ofLink: text, publicURL: publicURL, origins: origins)
            {
                problems.append("\(key.name) \(fault)")
            }
            for purpose in purposes { links[purpose] = text }
        }
        if let mailURL {
            if layers.value(.mailFrom) == nil { problems.append("mail-url needs mail-from, the author of messages") }
            if layers.value(.publicURL) == nil {
                problems.append("mail-url needs public-url: every link in a message begins with it")
            }
            if mailURL.isConsole && !listening.isLoopback {
                problems.append(
                    "mail-url console: prints links to log in with, so host must be this machine's loopback")
            }
        }
        for (name, text) in layers.pinnedSettings.sorted(by: { $0.key < $1.key }) {
            do { _ = try known.named(name).value(.text(text)) } catch { problems.append("OSTIARY_\(name): \(error)") }
        }
        guard problems.isEmpty else { throw ConfigurationError(problems) }
        self.init(
            listening: listening, dataDirectory: directory, database: database,
            databaseConnections: connections, hashThreads: hashThreads, settingsStore: location,
            throttling: throttles ? redis.map(ThrottlingLocation.redis) ?? .process : .off, browsableAPI: browsing,
            admin: admin,
            secretKey: secretKey, rootSecret: rootSecret,
            rootSecretPrevious: previous, hashing: hashing ?? .standard, adoption: adoption,
            acceptsLegacyTokens: reading.acceptsAccessTokens,
            logLevel: logLevel, logFormat: logFormat, logAddresses: logAddresses, logsRequests: logsRequests,
            trustedHops: hops, connectionsPerNetwork: connectionsPerNetwork == 0 ? nil : connectionsPerNetwork,
            publicURL: publicURL,
            corsOrigins: origins,
            gateOrigins: gateOrigins, gateRemoteUser: gateRemoteUser,
            metricsAddress: metrics,
            certificate: certificate.flatMap { file in
                certificateKey.map { CertificateFiles(certificate: file, key: $0) }
            },
            mail: mailURL.flatMap { url in
                sender.map { MailConfiguration(url: url, sender: $0, templates: templates, links: links) }
            },
            pinnedSettings: layers.pinnedSettings, warnings: warnings, file: layers.file
        )
    }

    private static func some(_ text: String) -> String? { text.isEmpty ? nil : text }

    private static func flag(_ text: String) -> Bool? { ["on": true, "off": false][text] }

    private static func integer(_ text: String, in range: ClosedRange<Int>) -> Int? {
        Int(text).flatMap { range.contains($0) ? $0 : nil }
    }

    /// Reads a file mode: three octal digits, perhaps behind a zero.
    private static func mode(_ text: String) -> UInt32? {
        let digits = text.utf8.count == 4 && text.utf8.first == UInt8(ascii: "0") ? text.dropFirst() : text[...]
        guard digits.utf8.count == 3, let mode = UInt32(digits, radix: 8), mode & 0o600 == 0o600 else { return nil }
        return mode
    }

    private static func furtherColumns(_ text: String) -> [UserTable.FurtherColumn]? {
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        let columns = parts.compactMap { UserTable.FurtherColumn(trimmed($0)) }
        return columns.count == parts.count ? columns : nil
    }

    /// A copy without the blanks that people write after a comma.
    private static func trimmed(_ text: Substring) -> String {
        String(text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }

    private static func sqlite(_ text: String) -> DatabaseLocation? {
        guard text.hasPrefix("sqlite:") else { return nil }
        // People write an absolute path in both forms: sqlite:/x and sqlite:///x.
        var path = text.dropFirst("sqlite:".count)
        if path.hasPrefix("///") { path = path.dropFirst(2) }
        guard !path.isEmpty, !path.utf8.contains(0) else { return nil }
        return .sqlite(path: String(path))
    }
}
