// SPDX-License-Identifier: Apache-2.0

package import OstiaryCore

/// The words of a message: the result of its templates.
package struct MailContent: Sendable, Equatable {
    package let subject: String
    package let text: String
    package let html: String

    package init(subject: String, text: String, html: String) {
        self.subject = subject
        self.text = text
        self.html = html
    }
}

/// A message as bytes (RFC 5322, RFC 2045), and its envelope. It has the same content as text and as HTML (RFC 2046
/// §5.1.4) and is made of ASCII lines of at most 998 bytes that end with CRLF.
package struct MailMessage: Sendable {
    /// The unique part of the `Message-ID`.
    package let id: String
    package let sender: MailSender
    package let recipient: EmailAddress
    package let content: MailContent
    package let bytes: [UInt8]

    /// - Throws: ``MailMessageError`` for a line end in a header, an id with other characters than letters and digits,
    ///   or an address that mail does not allow.
    package init(_ mail: Mail, from sender: MailSender, content: MailContent) throws(MailMessageError) {
        guard (1...64).contains(mail.id.utf8.count), mail.id.utf8.allSatisfy({ $0.isASCIILetter || $0.isASCIIDigit })
        else { throw .invalidID }
        guard Self.isWritable(mail.recipient) else { throw .invalidAddress }
        let subject = try HeaderText(content.subject).unstructured(after: "Subject: ".utf8.count)
        let name = try sender.name.map { name throws(MailMessageError) in
            try HeaderText(name).phrase(after: "From: ".utf8.count)
        }
        self.id = mail.id
        self.sender = sender
        self.recipient = mail.recipient
        self.content = content
        // `=_` is in no line of quoted-printable text, so the boundary is in no part (RFC 2045 §6.7).
        let boundary = "=_\(mail.id)"
        let headers = [
            "From: \(name.map { Self.mailbox($0, sender.address) } ?? sender.address.text)",
            "To: \(mail.recipient.text)",
            "Subject: \(subject)",
            "Date: \(mail.date.mailDate)",
            "Message-ID: <\(mail.id)@\(sender.domain)>",
            // Programs that answer mail leave these alone (RFC 3834 §5).
            "Auto-Submitted: auto-generated",
            "Content-Language: \(mail.language.rawValue)",
            "MIME-Version: 1.0",
            "Content-Type: multipart/alternative; boundary=\"\(boundary)\"",
        ]
        var bytes = Array(headers.joined(separator: "\r\n").utf8)
        bytes += "\r\n".utf8
        for (type, body) in [("plain", content.text), ("html", content.html)] {
            bytes +=
                """
                \r\n--\(boundary)\r\nContent-Type: text/\(type); charset=utf-8\r\n\
                Content-Transfer-Encoding: quoted-printable\r\n\r\n
                """.utf8
            bytes += QuotedPrintable.encode(body)
        }
        bytes += "\r\n--\(boundary)--\r\n".utf8
        self.bytes = bytes
    }

    /// A display name and an address, on lines of at most 78 bytes where that is possible (RFC 5322 §2.1.1).
    private static func mailbox(_ name: String, _ address: EmailAddress) -> String {
        let isShort = !name.utf8.contains(0x0D) && name.utf8.count + address.text.utf8.count <= 60
        return "\(name)\(isShort ? "" : "\r\n") <\(address.text)>"
    }

    /// True for an address of printable ASCII that fits a command (RFC 5321 §4.5.3.1). Accounts may have older ones
    /// with control characters in a quoted local part.
    static func isWritable(_ address: EmailAddress) -> Bool {
        address.text.utf8.count <= 320 && address.text.utf8.allSatisfy { (0x20...0x7E).contains($0) }
    }
}
