// SPDX-License-Identifier: Apache-2.0

/// The tokens of a session, and the key for their refresh.
public struct StoredSession: Sendable, Equatable, Codable {
    /// The access token (RFC 7519), for `Authorization: Bearer`.
    public let accessToken: String
    /// The token that the next refresh spends.
    public let refreshToken: String
    /// The `Idempotency-Key` of each try of that refresh. It was drawn when the tokens arrived, before their first use.
    public let key: String

    enum CodingKeys: String, CodingKey {
        case accessToken = "access_token"
        case refreshToken = "refresh_token"
        case key
    }

    /// - Parameter answer: an answer with tokens.
    /// - Returns: nil if it has none, or such as cannot be sent back.
    init?(_ answer: OstiaryClient.Answer) {
        guard answer.status == 200, let pair = try? answer.decode(Pair.self), Self.isSendable(pair.accessToken),
            Self.isSendable(pair.refreshToken)
        else { return nil }
        accessToken = pair.accessToken
        refreshToken = pair.refreshToken
        var generator = SystemRandomNumberGenerator()
        key = (0..<2).map { _ in Self.hexadecimal(generator.next()) }.joined()
    }

    private struct Pair: Decodable {
        let accessToken, refreshToken: String

        enum CodingKeys: String, CodingKey {
            case accessToken = "access_token"
            case refreshToken = "refresh_token"
        }
    }

    private static func isSendable(_ token: String) -> Bool {
        (1...8_192).contains(token.utf8.count) && token.isVisibleASCII
    }

    private static func hexadecimal(_ word: UInt64) -> String {
        let digits = String(word, radix: 16)
        return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }
}

extension StoredSession: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// No token.
    public var description: String { "a session" }

    /// No token.
    public var debugDescription: String { description }

    /// No token.
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}
