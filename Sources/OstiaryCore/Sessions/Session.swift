// SPDX-License-Identifier: Apache-2.0

/// Names a session: the `sid` of its access tokens. Not a secret.
public struct SessionID: Sendable, Hashable, CustomStringConvertible {
    private let bits: UInt128

    package init(bits: UInt128) { self.bits = bits }

    /// - Parameter text: a UUID.
    public init?(_ text: String) {
        guard let bits = UUIDText.parse(text) else { return nil }
        self.bits = bits
    }

    /// - Parameter bytes: the sixteen that ``bytes`` gave.
    public init?(bytes: [UInt8]) {
        guard bytes.count == 16 else { return nil }
        self.bits = bytes.reduce(0) { $0 << 8 | UInt128($1) }
    }

    /// Sixteen bytes, as stores keep it.
    public var bytes: [UInt8] { UUIDText.bytes(bits) }

    public var description: String { UUIDText.format(bits) }
}

/// From where a session was opened, as far as it is known.
public struct ClientOrigin: Sendable, Hashable {
    /// In canonical text; of the client, not of a trusted proxy.
    public var address: IPAddress?
    /// At most ``maximumUserAgentLength`` characters.
    public var userAgent: String?

    public static let maximumUserAgentLength = 200

    public init(address: IPAddress? = nil, userAgent: String? = nil) {
        self.address = address
        self.userAgent = userAgent.map { String($0.unicodeScalars.prefix(Self.maximumUserAgentLength)) }
    }
}

/// What a client holds after a login or a refresh (RFC 6749 §5.1).
public struct TokenPair: Sendable, CustomStringConvertible, CustomReflectable {
    public let accessToken: String
    public let refreshToken: String

    package init(accessToken: String, refreshToken: String) {
        self.accessToken = accessToken
        self.refreshToken = refreshToken
    }

    public var description: String { "TokenPair(redacted)" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
