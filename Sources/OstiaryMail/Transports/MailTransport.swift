// SPDX-License-Identifier: Apache-2.0

package import OstiaryCore

/// A way on which written messages leave the server.
package protocol MailTransport: Sendable {
    /// - Throws: ``MailFailure``.
    func send(_ message: MailMessage) async throws(MailFailure)

    /// Ends what is kept open.
    func close() async
}

/// Is told the dialogue with a mail server, line by line: `C:` before a command, `S:` before a reply, `*` before an
/// event. Logins are hidden and messages left out. It is called on an event loop and must not block.
public typealias MailDialogue = @Sendable (String) -> Void
