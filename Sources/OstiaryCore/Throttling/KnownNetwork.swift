// SPDX-License-Identifier: Apache-2.0

/// Networks from which an account was signed in to lately: whoever guesses elsewhere cannot use up their budget.
public enum KnownNetwork {
    /// Seconds after its last login that a network stays known.
    public static let lifetime = 30 * 86_400
    /// Seconds before another login from there is written: it must not cost a write each time.
    static let interval = 86_400

    /// The moment before which a login no longer counts.
    public static func horizon(at now: Timestamp) -> Timestamp { now.adding(seconds: -lifetime) }
}

extension Network {
    /// The network where it can become known; nil for addresses that many share.
    var knowable: Network? { isPublic ? self : nil }
}

extension Credential {
    /// Whether the network that was asked about is known for the account.
    func isFromKnownNetwork(at now: Timestamp) -> Bool {
        lastSignIn.map { $0 > KnownNetwork.horizon(at: now) } ?? false
    }

    /// Whether a login from that network now has to be written.
    func isNetworkToBeNoted(at now: Timestamp) -> Bool {
        lastSignIn.map { $0 <= now.adding(seconds: -KnownNetwork.interval) } ?? true
    }
}
