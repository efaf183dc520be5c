// SPDX-License-Identifier: Apache-2.0

import Glibc
import OstiaryCore

/// Prints each message as text, with its link, for those who develop an application. Everybody who sees the output can
/// use the link.
struct ConsoleTransport: MailTransport {
    private let thread = MailThread()
    private let descriptor: Int32

    /// - Parameter descriptor: standard output unless given.
    init(descriptor: Int32 = STDOUT_FILENO) { self.descriptor = descriptor }

    func send(_ message: MailMessage) async throws(MailFailure) {
        let text = """
            From: \(message.sender)
            To: \(message.recipient.text)
            Subject: \(message.content.subject)

            \(message.content.text)

            """
        let descriptor = descriptor
        try await thread.run { () throws(MailFailure) in
            guard FileBytes.write(Array(text.utf8), to: descriptor) else {
                throw MailFailure(.unavailable, step: "console", reason: String(cString: strerror(errno)))
            }
        }
    }

    func close() async { thread.close() }
}
