// SPDX-License-Identifier: Apache-2.0

/// An event that an operator should hear of. ``TokenVerifier/Options/onEvent`` gets each.
public enum VerifierEvent: Sendable, Equatable {
    /// The public keys were not fetched; those that are known go on.
    /// - Parameter reason: the cause, for logs.
    case keysNotFetched(reason: String)
    /// The feed of revocations gave no page that counts. Reported once for each cause in a row.
    /// - Parameter reason: the cause, for logs.
    case feedFailed(reason: String)
    /// The feed has been silent for longer than is allowed.
    /// - Parameter accepting: true if tokens are accepted all the same, ended ones among them: ``SilencePolicy/open(after:)``.
    case silent(accepting: Bool)
    /// The feed is heard again, and nothing of it is missing.
    case fresh
    /// More was revoked than ``RevocationFeed/maximumEntries``, so the rest is unknown. This counts as silence.
    /// - Parameter maximum: the bound.
    case tooManyEntries(maximum: Int)
}

extension VerifierEvent: CustomStringConvertible {
    /// A line for logs.
    public var description: String {
        switch self {
        case .keysNotFetched(let reason): "public keys not fetched: \(reason)"
        case .feedFailed(let reason): "feed of revocations failed: \(reason)"
        case .silent(let accepting):
            accepting
                ? "feed of revocations is silent: ended sessions are accepted"
                : "feed of revocations is silent: tokens are refused"
        case .fresh: "feed of revocations is heard"
        case .tooManyEntries(let maximum):
            "more than \(maximum) revocations: the rest is unknown, which counts as silence"
        }
    }
}
