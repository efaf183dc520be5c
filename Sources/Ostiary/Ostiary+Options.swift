// SPDX-License-Identifier: Apache-2.0

public import Logging
public import OstiaryCore
public import OstiaryServer

extension Ostiary {
    /// The place of accounts and sessions.
    public enum Database: Sendable {
        /// A SQLite file, made if it is missing. Its folder must not be writable for other users. Processes of one
        /// machine may share it.
        case sqlite(String)
        /// A PostgreSQL database, as a URL: `postgres://user@host/name`.
        case postgres(String)
    }

    /// The place of the secret that signs tokens, at least 32 bytes.
    public enum Secret: Sendable {
        /// A file that nobody else may read. It is made together with a SQLite database, never later: a lost secret is
        /// an error, since a new one would refuse every token of the old one.
        case file(String)
        /// The secret itself, from a vault of the application's own.
        case text(String)
    }

    /// The place of the dynamic settings.
    public enum SettingsStore: Sendable {
        /// A table of the database.
        case database
        /// The table of django-constance in the same database.
        case constanceTable
        /// Redis, in the format of django-constance.
        /// - Parameters:
        ///   - url: `redis://…` or `rediss://…`
        ///   - prefix: the prefix of the keys.
        case redis(url: String, prefix: String = "constance:")
    }

    /// The budgets that keep others from guessing passwords.
    public enum Throttling: Sendable {
        /// In the memory of this process.
        case memory
        /// In a Redis server that all processes share: `redis://…` or `rediss://…`
        case redis(url: String)
        /// None.
        case off
    }

    /// The sending of mail. It needs ``Options/publicURL``, with which each link begins.
    public struct Mail: Sendable {
        /// The mail server, such as `smtp://user:password@host:587`, or another way of `--mail-url`; nil for
        /// ``transport``.
        public var url: String?
        /// The author of messages, such as `Notes <notes@example.com>`.
        public var sender: String
        /// The application's own way of sending; nil for ``url``.
        public var transport: (any MailSending)?

        /// - Parameters:
        ///   - url: the mail server, or another way of `--mail-url`.
        ///   - sender: the author of messages.
        public init(url: String, from sender: String) {
            self.url = url
            self.sender = sender
        }

        /// - Parameters:
        ///   - transport: the application's own way of sending.
        ///   - sender: the author of messages.
        public init(by transport: any MailSending, from sender: String) {
            self.transport = transport
            self.sender = sender
        }
    }

    /// The value of `Remote-User` in the answers of the gate, which some applications take for the name of their user.
    public enum RemoteUser: String, Sendable {
        /// Always empty.
        case off
        /// The e-mail address.
        case email
        /// The id of the account.
        case id
    }

    /// Everything that has a default.
    public struct Options: Sendable {
        /// The URL under which clients reach the application: the `iss` of tokens, and the beginning of links. The API
        /// stands below its path. nil if it is not known.
        public var publicURL: String?
        /// The place of the dynamic settings.
        public var settingsStore = SettingsStore.database
        /// The values of dynamic settings, by name, that nobody may change while the process runs.
        public var pinnedSettings: [String: String] = [:]
        /// The budgets that keep others from guessing passwords.
        public var throttling = Throttling.memory
        /// The number of passwords that are hashed at once, each with 19 MiB; nil for one per processor core.
        public var hashingThreads: Int?
        /// The greatest number of connections to PostgreSQL.
        public var databaseConnections: Int?
        /// The sending of mail; nil for none.
        public var mail: Mail?
        /// True to serve the API as pages, too, with forms to log in and out.
        public var pages = true
        /// True to serve the administration, as API and as pages.
        public var administration = true
        /// The number of the operator's proxies that each request passes: their header fields tell the client's address.
        public var trustedProxies = 0
        /// The origins whose pages may read answers in browsers (CORS).
        public var corsOrigins: [String] = []
        /// The origins of applications on other hosts, in which the gate lets browsers log in. They need ``publicURL``.
        public var gateOrigins: [String] = []
        /// The value of `Remote-User` in the gate's answers.
        public var gateRemoteUser = RemoteUser.off
        /// True to accept access tokens without a session that a Django service signed with the same secret.
        public var acceptsLegacyTokens = false
        /// Parts of the application with settings, tables or endpoints of their own.
        public var features: [Feature] = []
        /// Receives the log lines.
        public var logger = Logger(label: "ostiary")

        /// The defaults.
        public init() {}
    }
}
