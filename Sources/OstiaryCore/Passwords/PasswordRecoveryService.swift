// SPDX-License-Identifier: Apache-2.0

/// A new password by mail, for an owner who has forgotten the old one.
public struct PasswordRecoveryService: Sendable {
    private let links: any LinkStore
    private let accounts: any AccountStore
    private let outbox: Outbox
    private let passwords: Passwords
    private let throttling: Throttling
    private let contextWords: [String]

    package init(
        links: any LinkStore, accounts: any AccountStore, outbox: Outbox, passwords: Passwords,
        throttling: Throttling, contextWords: [String]
    ) {
        self.links = links
        self.accounts = accounts
        self.outbox = outbox
        self.passwords = passwords
        self.throttling = throttling
        self.contextWords = contextWords
    }

    /// The outcome of ``reset(with:to:in:)``.
    public enum Outcome: Sendable, Equatable {
        /// The password is set, and every session has ended. Nobody is logged in by it.
        case reset
        /// The new password breaks the policy. The link stays live.
        case refused([PasswordViolation])
        /// The link is unknown, used or expired.
        case invalidLink
    }

    /// Sends a link to an address, if it has an active account. No account is looked at, so that neither the answer nor
    /// its time tells if there is one.
    /// - Throws: ``Throttled``, ``Overloaded``, ``StoreUnavailable``.
    public func request(for email: EmailAddress, in context: RequestContext) async throws {
        try await throttling.admitMail(from: context.origin.address.map(Network.init), in: context)
        try await outbox.put(.reset, to: email, in: context)
    }

    /// Sets a password by a link, and ends every session of the account.
    /// - Parameters:
    ///   - token: nil for a malformed one.
    ///   - password: exactly as sent.
    ///   - context: the context of the call: author, time, deadline.
    /// - Throws: ``Throttled``, ``Overloaded``, ``StoreUnavailable``, ``PasswordHashingFailed``.
    public func reset(
        with token: OneTimeToken?, to password: String, in context: RequestContext
    ) async throws -> Outcome {
        try await throttling.admitLink(from: context.origin.address.map(Network.init), in: context)
        // The link is looked at before a hash is made, so that guesses cost none.
        guard let digest = token?.digest(for: .reset),
            let user = try await links.find([.reset: digest], in: context)?.user,
            let account = try await accounts.user(id: user, in: context)
        else { return .invalidLink }
        let violations = PasswordPolicy.violations(
            of: PasswordText.normalized(password) ?? password,
            attributes: PasswordChangeService.attributes(of: account), contextWords: contextWords,
            minimumLength: outbox.settings.snapshot[.passwordMinimumLength])
        guard violations.isEmpty else { return .refused(violations) }
        let encoded = try await passwords.hash(password)
        let notice = outbox.notices.notice(.passwordChanged, in: context)
        guard case .done = try await links.resetPassword(digest, to: encoded, notice: notice, in: context) else {
            return .invalidLink
        }
        outbox.wakeUp()
        return .reset
    }
}
