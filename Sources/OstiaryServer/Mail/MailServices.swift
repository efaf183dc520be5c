// SPDX-License-Identifier: Apache-2.0

public import OstiaryCore

/// The use cases that send messages and use their links.
public struct MailServices: Sendable {
    /// Telling what a link is for.
    public let links: LinkService
    /// A new password by mail.
    public let recovery: PasswordRecoveryService
    /// The proof of an address, and its change.
    public let email: EmailService
    /// Login by mail.
    public let login: EmailLoginService
    /// The confirmation of a registration.
    public let registration: ConfirmedRegistrationService

    init(
        _ installation: Installation, outbox: Outbox, opener: SessionOpener, ownPasswords: PasswordChangeService,
        throttling: Throttling, words: [String]
    ) {
        let (storage, passwords) = (installation.storage, installation.passwords)
        links = LinkService(links: storage.links, throttling: throttling)
        recovery = PasswordRecoveryService(
            links: storage.links, accounts: storage.accounts, outbox: outbox, passwords: passwords,
            throttling: throttling, contextWords: words)
        email = EmailService(
            links: storage.links, accounts: storage.accounts, outbox: outbox, passwords: ownPasswords,
            throttling: throttling)
        login = EmailLoginService(
            links: storage.links, sessions: storage.sessions, outbox: outbox, opener: opener, throttling: throttling)
        registration = ConfirmedRegistrationService(
            links: storage.links, sessions: storage.sessions, passwords: passwords, opener: opener,
            throttling: throttling)
    }
}
