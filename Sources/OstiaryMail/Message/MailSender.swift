// SPDX-License-Identifier: Apache-2.0

public import OstiaryCore

/// The author of the messages: an address, perhaps with a name that is shown beside it (RFC 5322 §3.4).
public struct MailSender: Sendable, Equatable {
    /// nil if the address is shown alone.
    public let name: String?
    /// The address for `From` and for the envelope.
    public let address: EmailAddress

    /// The most bytes of a name.
    private static let maximumName = 128

    /// - Throws: ``MailSenderError`` for a line end or a NUL in the name, a long name, or a control character in the
    ///   address.
    public init(name: String?, address: EmailAddress) throws(MailSenderError) {
        guard MailMessage.isWritable(address) else {
            throw MailSenderError(description: "the address has characters that mail does not allow")
        }
        if let name {
            guard (try? HeaderText(name)) != nil else {
                throw MailSenderError(description: "the name must not contain a line end or a NUL")
            }
            guard name.utf8.count <= Self.maximumName else {
                throw MailSenderError(description: "the name is longer than \(Self.maximumName) bytes")
            }
        }
        self.name = name
        self.address = address
    }

    /// - Parameter text: `Name <address>`, `"Name" <address>` or an address alone.
    /// - Throws: ``MailSenderError`` with the wrong part.
    public init(_ text: String) throws(MailSenderError) {
        let bytes = Self.trimmed(Array(text.utf8)[...])
        guard bytes.last == UInt8(ascii: ">"), let mark = bytes.lastIndex(of: UInt8(ascii: "<")) else {
            try self.init(name: nil, address: try Self.address(bytes))
            return
        }
        let name = Self.unquoted(Self.trimmed(bytes[..<mark]))
        let address = try Self.address(bytes[(mark + 1)...].dropLast())
        try self.init(name: name.isEmpty ? nil : String(decoding: name, as: UTF8.self), address: address)
    }

    private static func address(_ bytes: ArraySlice<UInt8>) throws(MailSenderError) -> EmailAddress {
        guard let address = EmailAddress(String(decoding: bytes, as: UTF8.self)) else {
            throw MailSenderError(description: "it must be an address, or a name and an address: Name <address>")
        }
        return address
    }

    private static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var rest = bytes
        while rest.first == UInt8(ascii: " ") { rest.removeFirst() }
        while rest.last == UInt8(ascii: " ") { rest.removeLast() }
        return rest
    }

    /// The name without quotation marks around it and the `\` before a character (RFC 5322 §3.2.4).
    private static func unquoted(_ name: ArraySlice<UInt8>) -> [UInt8] {
        let quote = UInt8(ascii: "\"")
        guard name.count >= 2, name.first == quote, name.last == quote else { return Array(name) }
        var (plain, isEscaped) = ([UInt8](), false)
        for byte in name.dropFirst().dropLast() {
            isEscaped = byte == UInt8(ascii: "\\") && !isEscaped
            if !isEscaped { plain.append(byte) }
        }
        return plain
    }
}

extension MailSender: CustomStringConvertible {
    public var description: String { name.map { "\($0) <\(address.text)>" } ?? address.text }

    /// The domain, by which messages are named.
    package var domain: String {
        let bytes = address.text.utf8
        let start = bytes.lastIndex(of: UInt8(ascii: "@")).map(bytes.index(after:)) ?? bytes.startIndex
        return String(address.text[start...])
    }
}

/// The fault in the text of a ``MailSender``.
public struct MailSenderError: Error, Sendable, Equatable, CustomStringConvertible {
    /// A phrase for the operator.
    public let description: String
}
