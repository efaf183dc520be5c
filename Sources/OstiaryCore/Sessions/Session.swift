// SPDX-License-Identifier: Apache-2.0

/// The id of a session, `sid` in its access tokens. It is no secret.
public struct SessionID: Sendable, Hashable, CustomStringConvertible {
    private let bits: UInt128

    package init(bits: UInt128) { self.bits = bits }

    /// - Parameter text: a UUID.
    public init?(_ text: String) {
        guard let bits = UUIDText.parse(text) else { return nil }
        self.bits = bits
    }

    /// - Parameter bytes: the 16 bytes of ``bytes``.
    /// - Returns: nil for another number of bytes.
    public init?(bytes: [UInt8]) {
        guard bytes.count == 16 else { return nil }
        self.bits = bytes.reduce(0) { $0 << 8 | UInt128($1) }
    }

    /// The 16 bytes that stores keep, most significant first.
    public var bytes: [UInt8] { UUIDText.bytes(bits) }

    public var description: String { UUIDText.format(bits) }
}

/// Address and user agent of a client; nil where they are not known.
public struct ClientOrigin: Sendable, Hashable {
    /// The address of the client, not of a trusted proxy.
    public var address: IPAddress?
    /// The user agent, at most ``maximumUserAgentLength`` code points of it.
    public var userAgent: String?
    /// The language of messages to the client.
    public var language: MailLanguage { MailLanguage(acceptLanguage: acceptLanguage) }
    private var acceptLanguage: String?

    /// The most code points of a user agent that are kept.
    public static let maximumUserAgentLength = 200

    /// - Parameters:
    ///   - address: the address of the client; nil if it is not known.
    ///   - userAgent: the `User-Agent` header, which is cut to ``maximumUserAgentLength`` code points.
    ///   - acceptLanguage: the `Accept-Language` header, which decides ``language``.
    public init(address: IPAddress? = nil, userAgent: String? = nil, acceptLanguage: String? = nil) {
        self.address = address
        self.acceptLanguage = acceptLanguage
        self.userAgent = userAgent.map { String($0.unicodeScalars.prefix(Self.maximumUserAgentLength)) }
    }
}

/// The tokens of a client after a login or a refresh (RFC 6749 §5.1). They do not print.
public struct TokenPair: Sendable, CustomStringConvertible, CustomReflectable {
    /// The signed access token (RFC 7519) in JWS compact serialization.
    public let accessToken: String
    /// The refresh token, which is used once.
    public let refreshToken: String
    /// True after a login with a password that an administrator has set and the user has to change.
    public internal(set) var isPasswordChangeRequired = false

    package init(accessToken: String, refreshToken: String) {
        self.accessToken = accessToken
        self.refreshToken = refreshToken
    }

    public var description: String { "TokenPair(redacted)" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
