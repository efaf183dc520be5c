// SPDX-License-Identifier: Apache-2.0

public import OstiaryCore

/// Writes messages by templates and sends them.
public struct Mailer: MailSending {
    let sender: MailSender
    private let templates: MailTemplates
    let site: String
    let transport: any MailTransport

    /// Reads the trusted certificates of the mail server, if there are any. Blocks.
    /// - Parameters:
    ///   - url: the way on which messages leave the server.
    ///   - sender: the author of the messages.
    ///   - templates: the words.
    ///   - site: the host under which people know the server.
    ///   - observer: told of the dialogue with a mail server.
    /// - Throws: ``MailURLError`` if the trusted certificates cannot be read.
    public init(
        _ url: MailURL, from sender: MailSender, templates: MailTemplates, site: String, observer: MailDialogue? = nil
    ) throws(MailURLError) {
        try self.init(
            url, from: sender, templates: templates, site: site, options: SMTPOptions(), observer: observer)
    }

    /// The same with times and limits of the connection to a mail server.
    package init(
        _ url: MailURL, from sender: MailSender, templates: MailTemplates, site: String, options: SMTPOptions,
        observer: MailDialogue? = nil
    ) throws(MailURLError) {
        let transport: any MailTransport =
            switch url.target {
            case .smtp(let endpoint): try SMTPTransport(endpoint, options: options, observer: observer)
            case .sendmail(let program): SendmailTransport(program)
            case .file(let folder): FileTransport(folder)
            case .console: ConsoleTransport()
            }
        self.init(transport, from: sender, templates: templates, site: site)
    }

    init(_ transport: any MailTransport, from sender: MailSender, templates: MailTemplates, site: String) {
        self.transport = transport
        self.sender = sender
        self.templates = templates
        self.site = site
    }

    public func send(_ mail: Mail) async throws(MailFailure) {
        try await transport.send(try message(mail))
    }

    public func close() async { await transport.close() }

    /// The message as it would leave the server.
    /// - Throws: ``MailFailure`` with `refused` for a mail that cannot be written.
    package func message(_ mail: Mail) throws(MailFailure) -> MailMessage {
        do throws(MailMessageError) {
            guard mail.link != nil || !mail.kind.hasLink, mail.code != nil || !mail.kind.hasCode else {
                throw .incomplete
            }
            return try MailMessage(mail, from: sender, content: templates.content(of: mail, site: site))
        } catch {
            throw MailFailure(.refused, step: "message", reason: error.description)
        }
    }
}
