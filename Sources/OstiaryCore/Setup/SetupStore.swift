// SPDX-License-Identifier: Apache-2.0

/// The store of one-time links that create the first superuser, of which it keeps digests only. Each method is one
/// transaction.
///
/// Every method may throw ``StoreUnavailable``; it has changed nothing then.
public protocol SetupStore: Sendable {
    /// True if there is an active superuser, so that no link works.
    func hasSuperuser(in context: RequestContext) async throws -> Bool
    /// Keeps the digest of a new link, unless there is an active superuser.
    /// - Returns: false if there is one; nothing was changed.
    func offer(_ link: SetupLinkDigest, until expiry: Timestamp, in context: RequestContext) async throws -> Bool
    /// Creates the account, if the link is valid and there is still no active superuser. All links end then.
    func redeem(
        _ link: SetupLinkDigest, creating user: NewUser, in context: RequestContext
    ) async throws -> SetupOutcome
}

/// The outcome of ``SetupStore/redeem(_:creating:in:)``.
public enum SetupOutcome: Sendable, Equatable {
    /// The account exists now, and every link has ended.
    case created(User)
    /// Another account has the address. The link stays valid.
    case emailTaken
    /// The link is unknown, used or expired, or there is an active superuser. Nothing was changed.
    case refused
}
