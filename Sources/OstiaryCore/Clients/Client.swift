// SPDX-License-Identifier: Apache-2.0

/// A right of a client: what it may ask the server for.
public enum ClientRight: String, Sendable, Hashable, CaseIterable {
    /// Ask about tokens (RFC 7662).
    case introspect
    /// Revoke tokens (RFC 7009).
    case revoke
    /// Read the feed of revocations.
    case feed
}

/// A program that authenticates to the server by a secret of its own.
public struct Client: Sendable, Hashable {
    /// The kind of a client.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// A program that serves requests with access tokens, and asks the server about them.
        case resourceServer = "resource_server"
    }

    /// The `client_id`: ASCII letters, digits, hyphens and underscores only, which no encoding changes.
    public var id: String
    /// The name that an operator has given it.
    public var name: String
    /// The kind of the client.
    public var kind: Kind
    /// The rights of the client.
    public var may: Set<ClientRight>
    /// The time at which it was added.
    public var createdAt: Timestamp
    /// The time at which its newest secret was made.
    public var secretMadeAt: Timestamp
    /// The last recorded request. Uses are recorded every ``useInterval`` seconds; nil before the first one.
    public var lastUsedAt: Timestamp?
    /// The time at which it was disabled; nil while it may authenticate.
    public var disabledAt: Timestamp?

    /// - Parameters:
    ///   - id: the `client_id`.
    ///   - name: the name that an operator has given it.
    ///   - kind: the kind of the client.
    ///   - may: the rights of the client.
    ///   - createdAt: the time at which it was added.
    ///   - secretMadeAt: the time at which its newest secret was made; nil for that of ``createdAt``.
    ///   - lastUsedAt: the last recorded request; nil for none.
    ///   - disabledAt: the time at which it was disabled; nil for never.
    public init(
        id: String, name: String, kind: Kind = .resourceServer, may: Set<ClientRight>, createdAt: Timestamp,
        secretMadeAt: Timestamp? = nil, lastUsedAt: Timestamp? = nil, disabledAt: Timestamp? = nil
    ) {
        self.id = id
        self.name = name
        self.kind = kind
        self.may = may
        self.createdAt = createdAt
        self.secretMadeAt = secretMadeAt ?? createdAt
        self.lastUsedAt = lastUsedAt
        self.disabledAt = disabledAt
    }

    /// The seconds between two recorded uses of a client, so that a request does not cost a write.
    public static let useInterval = 60
}

extension Client {
    /// The most clients of a server: all of them are kept in memory.
    package static let maximumCount = 1_000
    /// The longest id that is looked for, in bytes.
    static let maximumIDLength = 64

    /// A new id. It begins with a letter, since commands take it as an argument.
    package static func newID(_ random: RandomBits = systemRandomBits) -> String {
        "client-" + random().hexadecimal.prefix(16)
    }

    /// The rule of ``isName(_:)``, for people.
    package static let nameRule =
        "The name must be 1…60 letters, digits, dots, hyphens and underscores, and begin with a letter or digit."

    /// True for a text that can be the name of a client: 1…60 ASCII letters, digits, dots, hyphens and underscores, the
    /// first a letter or digit.
    package static func isName(_ text: String) -> Bool {
        guard (1...60).contains(text.utf8.count), let first = text.utf8.first, first.isASCIILetter || first.isASCIIDigit
        else { return false }
        return text.utf8.allSatisfy { $0.isASCIILetter || $0.isASCIIDigit || ".-_".utf8.contains($0) }
    }
}
