// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

/// A message and its envelope as a connection sends them.
struct SMTPEnvelope: Sendable {
    /// The address of the sender, printable ASCII.
    let sender: String
    /// The address of the recipient, printable ASCII.
    let recipient: String
    /// The message with its last line, a dot.
    let data: [UInt8]

    init(_ message: MailMessage) {
        sender = message.sender.address.text
        recipient = message.recipient.text
        data = SMTPData.encode(message.bytes)
    }
}

/// The form of a message behind `DATA`.
enum SMTPData {
    /// The message with CRLF as the only line end (RFC 5321 §2.3.8), one more dot before each line that begins with a
    /// dot (§4.5.2), and the dot that ends it.
    static func encode(_ message: [UInt8]) -> [UInt8] {
        let (cr, lf, dot) = (UInt8(0x0D), UInt8(0x0A), UInt8(ascii: "."))
        var data: [UInt8] = []
        data.reserveCapacity(message.count + message.count / 64 + 16)
        var isLineStart = true
        var rest = message[...]
        while let byte = rest.popFirst() {
            if byte == cr || byte == lf {
                if byte == cr, rest.first == lf { rest.removeFirst() }
                data += [cr, lf]
                isLineStart = true
                continue
            }
            if isLineStart, byte == dot { data.append(dot) }
            data.append(byte)
            isLineStart = false
        }
        if !isLineStart { data += [cr, lf] }
        return data + [dot, cr, lf]
    }
}
