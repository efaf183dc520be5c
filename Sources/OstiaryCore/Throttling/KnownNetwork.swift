// SPDX-License-Identifier: Apache-2.0

/// The rules for known networks of an account, from which its user logged in lately. They have a budget of their own,
/// which guesses from elsewhere cannot spend.
public enum KnownNetwork {
    /// The seconds after its last login for which a network stays known.
    public static let lifetime = 30 * 86_400
    /// The seconds between two recorded logins from one network, so that a login does not always cost a write.
    static let interval = 86_400

    /// The moment before which a login no longer counts.
    public static func horizon(at now: Timestamp) -> Timestamp { now.adding(seconds: -lifetime) }
}

extension Network {
    /// The network if it can become known; nil for addresses that many clients share.
    var knowable: Network? { isPublic ? self : nil }
}

extension PasswordRecord {
    /// True if the network that was asked for is known for the account.
    func isFromKnownNetwork(at now: Timestamp) -> Bool {
        lastSignIn.map { $0 > KnownNetwork.horizon(at: now) } ?? false
    }

    /// True if a login from that network is one that the owner should hear of: the network is unknown, and the account
    /// has logged in before.
    func isNewLogin(from network: Network?, at now: Timestamp) -> Bool {
        network?.knowable != nil && user.lastLogin != nil && !isFromKnownNetwork(at: now)
    }

    /// True if a login from that network at that time has to be recorded.
    func isNetworkToBeNoted(at now: Timestamp) -> Bool {
        lastSignIn.map { $0 <= now.adding(seconds: -KnownNetwork.interval) } ?? true
    }
}
