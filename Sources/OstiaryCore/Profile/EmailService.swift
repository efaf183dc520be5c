// SPDX-License-Identifier: Apache-2.0

/// The proof of a user's address, and its change by mail.
public struct EmailService: Sendable {
    private let links: any LinkStore
    private let accounts: any AccountStore
    private let outbox: Outbox
    private let passwords: PasswordChangeService
    private let throttling: Throttling

    package init(
        links: any LinkStore, accounts: any AccountStore, outbox: Outbox, passwords: PasswordChangeService,
        throttling: Throttling
    ) {
        self.links = links
        self.accounts = accounts
        self.outbox = outbox
        self.passwords = passwords
        self.throttling = throttling
    }

    /// The outcome of ``requestVerification(of:in:)``.
    public enum VerificationRequest: Sendable, Equatable {
        /// The message waits to leave.
        case sent
        /// The address is proven already. Nothing was sent.
        case alreadyVerified
    }

    /// Sends a link that proves the address of the caller's account.
    /// - Throws: ``Throttled``, ``Overloaded``, ``StoreUnavailable``.
    public func requestVerification(
        of identity: Identity, in context: RequestContext
    ) async throws -> VerificationRequest {
        guard !identity.user.isEmailVerified, let address = EmailAddress(identity.user.email) else {
            return .alreadyVerified
        }
        try await throttling.admitMail(from: context.origin.address.map(Network.init), in: context)
        try await outbox.put(.verify, to: address, user: identity.user.id, in: context)
        return .sent
    }

    /// Proves an address by a link.
    /// - Parameters:
    ///   - token: nil for a malformed one.
    ///   - context: the context of the call: author, time, deadline.
    /// - Throws: ``Throttled``, ``StoreUnavailable``.
    public func verify(with token: OneTimeToken?, in context: RequestContext) async throws -> LinkOutcome {
        try await use(token, .verification, in: context) { try await links.verify($0, in: context) }
    }

    /// The outcome of ``requestChange(of:to:password:in:)``.
    public enum ChangeRequest: Sendable, Equatable {
        /// The message to the new address waits to leave.
        case sent
        /// It is the address of the account already.
        case sameAddress
        /// Another account has the address. Nothing was sent.
        case emailTaken
        /// The password is not that of the account. Nothing was sent.
        case wrongPassword
    }

    /// Sends a link to the new address. The account keeps the old one until the link is used.
    /// - Parameters:
    ///   - identity: the proven caller.
    ///   - email: the new address.
    ///   - password: the current password, exactly as sent.
    ///   - context: the context of the call: author, time, deadline.
    /// - Throws: ``Throttled``, ``Overloaded``, ``StoreUnavailable``, ``PasswordHashingFailed``.
    public func requestChange(
        of identity: Identity, to email: EmailAddress, password: String, in context: RequestContext
    ) async throws -> ChangeRequest {
        let user = identity.user
        guard try await passwords.verified(user, password, in: context) != nil else { return .wrongPassword }
        guard !email.key.hasSameBytes(as: EmailAddress.key(of: user.email)) else { return .sameAddress }
        let network = context.origin.address.map(Network.init)
        // The answer tells whether the address is taken, like that of a registration.
        try await throttling.admitProfile(of: user.id, tryingAddressFrom: .some(network), in: context)
        try await throttling.admitMail(from: network, in: context)
        guard try await accounts.credential(email: email, in: context) == nil else { return .emailTaken }
        try await outbox.put(
            .changeConfirm, to: email, user: user.id, session: identity.token.sessionID, in: context)
        return .sent
    }

    /// Moves an account to the address of a link, and tells the old address.
    /// - Parameters:
    ///   - token: nil for a malformed one.
    ///   - context: the context of the call: author, time, deadline.
    /// - Throws: ``Throttled``, ``StoreUnavailable``.
    public func change(with token: OneTimeToken?, in context: RequestContext) async throws -> LinkOutcome {
        let notice = outbox.notices.notice(.changeNotice, in: context)
        return try await use(token, .change, in: context) {
            try await links.change($0, notice: notice, in: context)
        }
    }

    /// Takes an account back to its old address. Its password is void then, and a link for a new one goes there.
    /// - Parameters:
    ///   - token: nil for a malformed one.
    ///   - context: the context of the call: author, time, deadline.
    /// - Throws: ``Throttled``, ``StoreUnavailable``.
    public func undo(with token: OneTimeToken?, in context: RequestContext) async throws -> LinkOutcome {
        let reset = outbox.notices.notice(.reset, in: context)
        return try await use(token, .undo, in: context) { try await links.undo($0, reset: reset, in: context) }
    }

    private func use(
        _ token: OneTimeToken?, _ purpose: LinkPurpose, in context: RequestContext,
        _ transaction: (OneTimeDigest) async throws -> LinkOutcome
    ) async throws -> LinkOutcome {
        try await throttling.admitLink(from: context.origin.address.map(Network.init), in: context)
        guard let token else { return .invalid }
        let outcome = try await transaction(token.digest(for: purpose))
        outbox.wakeUp()
        return outcome
    }
}
