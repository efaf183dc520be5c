// SPDX-License-Identifier: Apache-2.0

/// Login by a message: a link, or a code of six digits for the client that asked.
///
/// The session opens where the link is opened, never where it was asked for: else a click of the owner would log in
/// whoever asked. A code works only with the token that the asking client was given.
public struct EmailLoginService: Sendable {
    /// The most tries of one code.
    static let tries = 5
    /// The most wrong tries of all codes of an account in a day; beyond it the account has only the link.
    static let wrongTries = 20

    private let links: any LinkStore
    private let sessions: any SessionStore
    private let outbox: Outbox
    private let opener: SessionOpener
    private let throttling: Throttling

    package init(
        links: any LinkStore, sessions: any SessionStore, outbox: Outbox, opener: SessionOpener, throttling: Throttling
    ) {
        self.links = links
        self.sessions = sessions
        self.outbox = outbox
        self.opener = opener
        self.throttling = throttling
    }

    /// True if operators allow it at the moment.
    public var isOn: Bool { outbox.settings.snapshot[.emailLogin] }

    /// Sends a link and a code to an address, if it has an active account. No account is looked at.
    /// - Returns: the token with which the caller can use the code.
    /// - Throws: ``Throttled``, ``Overloaded``, ``StoreUnavailable``.
    public func request(for email: EmailAddress, in context: RequestContext) async throws -> LoginToken {
        try await throttling.admitMail(from: context.origin.address.map(Network.init), in: context)
        let nonce = try await outbox.put(.login, to: email, in: context)
        return outbox.secrets.loginToken(nonce)
    }

    /// Opens a session by a link.
    /// - Parameters:
    ///   - token: nil for a malformed one.
    ///   - context: the context of the call: author, time, deadline.
    /// - Returns: nil if the link is unknown, used or expired, or its account is not active.
    /// - Throws: ``Throttled``, ``StoreUnavailable``.
    public func login(with token: OneTimeToken?, in context: RequestContext) async throws -> TokenPair? {
        try await throttling.admitLink(from: context.origin.address.map(Network.init), in: context)
        guard isOn, let digest = token?.digest(for: .login),
            let user = try await links.find([.login: digest], in: context)?.user
        else { return nil }
        return try await open(for: user, by: .link(digest), in: context)
    }

    /// Opens a session by a code.
    /// - Parameters:
    ///   - token: the token of ``request(for:in:)``; nil for a malformed one.
    ///   - code: as sent; blanks between the digits do not count.
    ///   - context: the context of the call: author, time, deadline.
    /// - Returns: nil if the code is wrong, used or expired, or none of its tries is left.
    /// - Throws: ``Throttled``, ``StoreUnavailable``.
    public func login(
        with token: LoginToken?, code: String, in context: RequestContext
    ) async throws -> TokenPair? {
        try await throttling.admitLink(from: context.origin.address.map(Network.init), in: context)
        let digits = code.utf8.filter { $0 != UInt8(ascii: " ") }
        guard isOn, let token, digits.count == 6, digits.allSatisfy(\.isASCIIDigit) else { return nil }
        let proof = MailPreparation.Code(
            token: token.digest, code: token.digest(ofCode: String(decoding: digits, as: UTF8.self)))
        let user = try await links.tryCode(
            proof, tries: Self.tries, wrongTries: Self.wrongTries, in: context)
        guard let user else { return nil }
        return try await open(for: user, by: .code(proof), in: context)
    }

    private func open(
        for user: User.ID, by proof: AuthenticationProof, in context: RequestContext
    ) async throws -> TokenPair? {
        let network = context.origin.address.map(Network.init)
        let pair = try await opener.open(
            for: user, by: proof, methods: [.oneTimePassword], from: network?.knowable, in: context
        ) { try await sessions.open($0, in: $1) }
        if pair != nil { outbox.wakeUp() }
        return pair
    }
}
