// SPDX-License-Identifier: Apache-2.0

/// The store of one-time links, of whose tokens it keeps digests only. Each method is one transaction, in which the token
/// is used up and its effect happens, or neither.
///
/// A token is live until it expires, is used, or the account of its address has another one. Every method may throw
/// ``StoreUnavailable``; it has changed nothing then.
public protocol LinkStore: Sendable {
    /// Finds a live link without using it.
    /// - Parameters:
    ///   - digests: the digests of one token for each purpose that comes into question.
    ///   - context: the context of the call: author, time, deadline.
    func find(_ digests: [LinkPurpose: OneTimeDigest], in context: RequestContext) async throws -> FoundLink?
    /// Records the address of an account as proven.
    func verify(_ digest: OneTimeDigest, in context: RequestContext) async throws -> LinkOutcome
    /// Sets a password, ends every session, forgets networks and other links, and records the address as proven.
    /// - Parameters:
    ///   - digest: the digest of the link's token.
    ///   - encoded: the new password in Django's encoded form.
    ///   - notice: the message that tells the owner.
    ///   - context: the context of the call: author, time, deadline.
    func resetPassword(
        _ digest: OneTimeDigest, to encoded: String, notice: MailNotice?, in context: RequestContext
    ) async throws -> LinkOutcome
    /// Moves an account to the address of the link, ends every session but the one that asked, and forgets other links.
    /// - Parameters:
    ///   - digest: the digest of the link's token.
    ///   - notice: the message to the old address.
    ///   - context: the context of the call: author, time, deadline.
    func change(
        _ digest: OneTimeDigest, notice: MailNotice?, in context: RequestContext
    ) async throws -> LinkOutcome
    /// Takes an account back to the address of the link, ends every session, makes the password unusable, and forgets
    /// networks and other links: whoever has moved the account knows its password.
    /// - Parameters:
    ///   - digest: the digest of the link's token.
    ///   - reset: the message with which the owner sets a new password.
    ///   - context: the context of the call: author, time, deadline.
    func undo(_ digest: OneTimeDigest, reset: MailNotice?, in context: RequestContext) async throws -> LinkOutcome
    /// Counts a try of a code.
    /// - Parameters:
    ///   - code: the code, with the token of the client that asked for it.
    ///   - tries: the most tries of one code.
    ///   - wrongTries: the most wrong tries of all codes of an account in a day.
    ///   - context: the context of the call: author, time, deadline.
    /// - Returns: the account, if the code is right and live; it is not used yet. nil for a wrong one.
    func tryCode(
        _ code: MailPreparation.Code, tries: Int, wrongTries: Int, in context: RequestContext
    ) async throws -> User.ID?
    /// Counts a try of the password of a registration.
    /// - Returns: nil if there is no such registration, or none of the tries is left.
    func tryRegistration(
        _ digest: OneTimeDigest, tries: Int, in context: RequestContext
    ) async throws -> PendingRegistration?
    /// Creates the account of a registration, with a proven address.
    /// - Returns: nil if the registration was completed meanwhile.
    func completeRegistration(
        _ digest: OneTimeDigest, creating user: NewUser, in context: RequestContext
    ) async throws -> AccountCreation?
    /// Makes a link live for an account, without a message.
    /// - Returns: the account; nil if there is none, or it is not active.
    func offer(
        _ link: MailPreparation.Link, to email: EmailAddress, in context: RequestContext
    ) async throws -> User?
    /// Records the address of an account as proven, or as not proven.
    /// - Returns: the account after the change; nil if there is none.
    func setVerified(_ isVerified: Bool, id: User.ID, in context: RequestContext) async throws -> User?
}

/// A live link.
public struct FoundLink: Sendable, Equatable {
    /// The purpose for which the token was made.
    public var purpose: LinkPurpose
    /// The account; nil for a registration.
    public var user: User.ID?
    /// The address that the link was sent to.
    public var email: String
    /// The moment at which the link ceases to be live.
    public var expiresAt: Timestamp

    /// - Parameters:
    ///   - purpose: the purpose of the token.
    ///   - user: the account; nil for a registration.
    ///   - email: the address that the link was sent to.
    ///   - expiresAt: the moment at which the link ceases to be live.
    public init(purpose: LinkPurpose, user: User.ID?, email: String, expiresAt: Timestamp) {
        self.purpose = purpose
        self.user = user
        self.email = email
        self.expiresAt = expiresAt
    }
}

/// The outcome of the use of a link.
public enum LinkOutcome: Sendable, Equatable {
    /// The link is used up; the account after its effect.
    case done(User)
    /// The link is unknown, used or expired, or not of this purpose. Nothing was changed.
    case invalid
    /// Another account has the address by now. Nothing was changed.
    case emailTaken
}

/// The most live links of an account and purpose.
public enum LinkLimits {
    /// The newest ones stay, so that whoever asks again and again does not void the link that the owner is about to open.
    public static let live = 5
    /// Of ``LinkPurpose/undo`` the oldest ones stay, so that a thief who moves an account again and again does not void
    /// the link of its owner.
    public static let undo = 100
}
