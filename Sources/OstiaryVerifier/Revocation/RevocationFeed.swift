// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The feed by which a server tells ended sessions and revoked keys.
public struct RevocationFeed: Sendable {
    /// The id of a client that may read the feed.
    public var clientID: String
    /// Its secret.
    public var secret: String
    /// The fate of tokens while the feed is silent.
    public var silence = SilencePolicy.closed(after: .seconds(90))
    /// The address of the feed; nil for `/api/revocations/` below the issuer.
    public var address: String?
    /// A stable name by which the server tells the processes of one client apart; by default the host's. Characters other than
    /// `A–Z a–z 0–9 . _ -` become `-`, and 64 are kept.
    public var instance = Self.hostName
    /// The largest number of revocations that are kept, 64 bytes of memory each at most. Beyond it the feed counts as silent,
    /// until those that have no place would have expired.
    public var maximumEntries = 2_000_000

    /// - Parameters:
    ///   - clientID: the id that `ostiary clients add NAME --may feed` prints.
    ///   - secret: the secret that it prints.
    public init(clientID: String, secret: String) {
        self.clientID = clientID
        self.secret = secret
    }

    private static var hostName: String {
        var name = [CChar](repeating: 0, count: 256)
        guard gethostname(&name, name.count - 1) == 0 else { return "" }
        return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// The instance in the characters that the server takes.
    var instanceName: String {
        let kept = instance.unicodeScalars.prefix(64).map { scalar in
            RevocationFeed.isPlain(scalar) || scalar == "." ? Character(scalar) : "-"
        }
        return String(kept)
    }

    /// True for the characters of ids and secrets.
    static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", "-", "_": true
        default: false
        }
    }

    /// - Throws: ``VerifierConfigurationError/invalidValue(_:)``.
    func check() throws(VerifierConfigurationError) {
        for (name, value) in [("clientID", clientID), ("secret", secret)] {
            guard !value.isEmpty, value.unicodeScalars.allSatisfy(Self.isPlain) else {
                throw .invalidValue("\(name) has to consist of A–Z, a–z, 0–9, - and _")
            }
        }
        guard silence.limit > .zero else { throw .invalidValue("silence has to last longer than 0") }
        guard maximumEntries > 0 else { throw .invalidValue("maximumEntries has to be more than 0") }
    }
}

extension RevocationFeed: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The client, without its secret.
    public var description: String { "feed for \(clientID)" }

    /// As ``description``.
    public var debugDescription: String { description }

    /// No member.
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}

/// The fate of tokens while nothing is heard of what has ended.
///
/// The server answers each half minute even if nothing has happened. Silence begins with the last answer after which nothing
/// was missing; before the first one the feed counts as silent.
public enum SilencePolicy: Sendable, Equatable {
    /// Tokens go on, those of ended sessions too, and ``VerifierEvent/silent(accepting:)`` says so.
    /// - Parameter after: the longest time without an answer that is allowed.
    case open(after: Duration)
    /// Tokens are neither accepted nor refused: ``VerifierUnavailability/silent``.
    /// - Parameter after: the longest time without an answer that is allowed.
    case closed(after: Duration)

    var limit: Duration {
        switch self {
        case .open(let limit), .closed(let limit): limit
        }
    }

    var isOpen: Bool { if case .open = self { true } else { false } }
}
