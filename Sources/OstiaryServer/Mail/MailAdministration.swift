// SPDX-License-Identifier: Apache-2.0

package import OstiaryCore
import OstiaryHTTP
package import OstiaryMail

/// Mail for commands.
package struct MailAdministration: Sendable {
    /// The messages that wait or have failed.
    package let outbox: any OutboxStore
    private let links: any LinkStore
    private let configuration: ServerConfiguration
    private let settings: DynamicSettings

    init(_ installation: Installation) {
        outbox = installation.storage.outbox
        links = installation.storage.links
        configuration = installation.configuration
        settings = installation.settings
    }

    /// True if the server sends mail.
    package var isOn: Bool { configuration.mail != nil }

    /// Records the address of an account as proven, or as not proven.
    /// - Returns: nil if there is no such account.
    /// - Throws: ``StoreUnavailable``.
    package func setVerified(_ isVerified: Bool, of user: User.ID, in context: RequestContext) async throws -> User? {
        try await links.setVerified(isVerified, id: user, in: context)
    }

    /// Makes a link that sets a new password, without a message.
    /// - Returns: the URL, which is a secret, and its end; nil if there is no active account with the address.
    /// - Throws: ``StartError`` if the server has no mail, so that nothing would serve the link; ``StoreUnavailable``.
    package func resetLink(
        for email: EmailAddress, in context: RequestContext
    ) async throws -> (url: String, expiresAt: Timestamp)? {
        let (mail, publicURL) = try configuration.requiredMail()
        let token = OneTimeToken()
        let expiry = context.now.adding(seconds: settings.snapshot.lifetime(of: LinkPurpose.reset))
        let link = MailPreparation.Link(.reset, digest: token.digest(for: .reset), expiresAt: expiry)
        guard try await links.offer(link, to: email, in: context) != nil else { return nil }
        return (LinkTargets(base: publicURL.text, own: mail.links).url(of: .reset, token), expiry)
    }

    /// Sends a message without a link, at once.
    /// - Parameter observer: told of the dialogue with a mail server.
    /// - Throws: ``StartError`` if there is no mail; `MailFailure`.
    package func sendTest(
        to email: EmailAddress, observer: @escaping MailDialogue, in context: RequestContext
    ) async throws {
        let (mail, publicURL) = try configuration.requiredMail()
        let sender = try mail.sender(publicURL: publicURL, observer: observer)
        let id = MailNonce().bytes.hexadecimal
        do {
            try await sender.sendTest(to: email, id: id, date: context.now)
            await sender.close()
        } catch {
            await sender.close()
            throw error
        }
    }
}

extension Installation {
    /// Mail for commands.
    package var mail: MailAdministration { MailAdministration(self) }
}

extension ServerConfiguration {
    /// - Throws: ``StartError`` if the server sends no mail.
    fileprivate func requiredMail() throws(StartError) -> (MailConfiguration, PublicURL) {
        guard let mail, let publicURL else { throw .noMail }
        return (mail, publicURL)
    }
}

/// The words of a message with values of an example, as a text and as HTML.
/// - Parameter templates: the folder of an operator's own templates; nil for the built-in ones alone.
/// - Throws: ``StartError`` if the templates cannot be used.
package func mailPreview(
    _ kind: MailKind, in language: MailLanguage, templates: String?
) throws(StartError) -> (subject: String, text: String, html: String) {
    do {
        let preview = try MailTemplates(replacedIn: templates).preview(kind, in: language)
        return (preview.subject, preview.text, preview.html)
    } catch {
        throw .templates(error)
    }
}

/// Writes the built-in templates to a folder.
/// - Returns: the names of the files.
/// - Throws: ``StartError``.
package func writeMailTemplates(to folder: String) throws(StartError) -> [String] {
    do { return try MailTemplates.write(to: folder) } catch { throw .templates(error) }
}
