// SPDX-License-Identifier: Apache-2.0

import Glibc
import OstiaryCore

/// Times and limits of an ``SMTPTransport``.
package struct SMTPOptions: Sendable {
    /// The longest time until the connection is open.
    package var connectTimeout: Duration = .seconds(10)
    /// The longest wait for each reply, and for TLS.
    package var stepTimeout: Duration = .seconds(30)
    /// The longest time for a message, with the wait for its turn and a new connection.
    package var totalTimeout: Duration = .seconds(120)
    /// The time without a message after which the connection is closed.
    package var idleTime: Duration = .seconds(5)
    /// The most messages on one connection.
    package var messagesPerConnection = 100
    /// The most messages that wait for their turn; more are refused at once.
    package var waitingMessages = 256
    /// The name of this machine for `EHLO`: a domain or an address in brackets (RFC 5321 §4.1.1.1).
    package var clientName = SMTPOptions.machineName
    var limits = SMTPReplyLimits()

    package init() {}

    /// The name of the machine if it is a domain with a dot, since servers refuse others; else the address literal of
    /// loopback, which they take.
    private static let machineName: String = {
        var buffer = [CChar](repeating: 0, count: 256)
        guard gethostname(&buffer, buffer.count - 1) == 0 else { return "[127.0.0.1]" }
        let name = buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        let labels = name.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        let isDomain =
            labels.count > 1
            && labels.allSatisfy { label in
                !label.isEmpty && label.allSatisfy { $0.isASCIILetter || $0.isASCIIDigit || $0 == UInt8(ascii: "-") }
            }
        return isDomain ? String(decoding: name, as: UTF8.self) : "[127.0.0.1]"
    }()
}
