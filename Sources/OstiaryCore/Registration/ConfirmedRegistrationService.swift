// SPDX-License-Identifier: Apache-2.0

/// The confirmation of a registration that waits for it (`EMAIL_VERIFICATION` is `required`).
///
/// It asks for the password that was chosen: a registration of somebody else's address gives its author nothing, since
/// the owner does not know that password, and its author does not get the link.
public struct ConfirmedRegistrationService: Sendable {
    /// The most tries of the password.
    static let tries = 5

    private let links: any LinkStore
    private let sessions: any SessionStore
    private let passwords: Passwords
    private let opener: SessionOpener
    private let throttling: Throttling

    package init(
        links: any LinkStore, sessions: any SessionStore, passwords: Passwords, opener: SessionOpener,
        throttling: Throttling
    ) {
        self.links = links
        self.sessions = sessions
        self.passwords = passwords
        self.opener = opener
        self.throttling = throttling
    }

    /// The outcome of ``confirm(with:password:in:)``.
    public enum Outcome: Sendable {
        /// The account exists now, with a proven address and a session.
        case registered(TokenPair)
        /// The link is unknown, used or expired, or none of the tries is left.
        case invalidLink
        /// The password is not the one that was chosen. The try counts.
        case wrongPassword
        /// Another account has the address by now.
        case emailTaken
    }

    /// Creates the account of a registration and opens its first session.
    /// - Parameters:
    ///   - token: nil for a malformed one.
    ///   - password: the password that was chosen, exactly as sent.
    ///   - context: the context of the call: author, time, deadline.
    /// - Throws: ``Throttled``, ``Overloaded``, ``StoreUnavailable``, ``PasswordHashingFailed``.
    public func confirm(
        with token: OneTimeToken?, password: String, in context: RequestContext
    ) async throws -> Outcome {
        let network = context.origin.address.map(Network.init)
        try await throttling.admitLink(from: network, in: context)
        guard let digest = token?.digest(for: .registration),
            let pending = try await links.tryRegistration(digest, tries: Self.tries, in: context)
        else { return .invalidLink }
        guard try await passwords.verify(password, against: pending.encodedPassword).valid else {
            return .wrongPassword
        }
        var user = NewUser(email: pending.email, encodedPassword: pending.encodedPassword)
        user.network = network?.knowable
        guard let creation = try await links.completeRegistration(digest, creating: user, in: context) else {
            return .invalidLink
        }
        guard case .created(let made) = creation else { return .emailTaken }
        let pair = try await opener.open(
            for: made.id, by: .password(verified: pending.encodedPassword), from: nil, in: context
        ) { try await sessions.open($0, in: $1) }
        return pair.map(Outcome.registered) ?? .invalidLink
    }
}
