// SPDX-License-Identifier: Apache-2.0

public import OstiaryCore
import Synchronization

/// Messages that leave for nowhere, for tests to read.
public final class CaughtMail: MailSending {
    private let mails = Mutex<[Mail]>([])

    init() {}

    /// All messages so far, in the order in which they left.
    public var all: [Mail] { mails.withLock { $0 } }

    /// Keeps a message.
    public func send(_ mail: Mail) async throws(MailFailure) { mails.withLock { $0.append(mail) } }

    /// Has nothing to end.
    public func close() async {}

    /// Waits for a message.
    /// - Parameters:
    ///   - kind: the kind of the message.
    ///   - address: the recipient, exactly as stored.
    ///   - limit: the longest time to wait.
    /// - Returns: the newest such message.
    /// - Throws: ``NoSuchMail`` if none came.
    public func newest(_ kind: MailKind, to address: String, within limit: Duration = .seconds(20)) async throws -> Mail
    {
        let deadline = ContinuousClock.now + limit
        repeat {
            if let mail = all.last(where: { $0.kind == kind && $0.recipient.text.hasSameBytes(as: address) }) {
                return mail
            }
            try await Task.sleep(for: .milliseconds(5))
        } while ContinuousClock.now < deadline
        throw NoSuchMail(kind: kind, address: address)
    }
}

/// The error of a wait for a message that did not come.
public struct NoSuchMail: Error, CustomStringConvertible {
    let kind: MailKind
    let address: String

    /// The kind of the message and its recipient.
    public var description: String { "no message \(kind.rawValue) to \(address)" }
}
