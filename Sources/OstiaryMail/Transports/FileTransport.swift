// SPDX-License-Identifier: Apache-2.0

import Glibc
import OstiaryCore

/// Writes each message to a file of its own, `id.eml`, that only this user may read. A file appears whole: it is
/// written beside and renamed. A second attempt with a message replaces the file of the first.
struct FileTransport: MailTransport {
    let folder: String
    private let thread = MailThread()

    init(_ folder: String) { self.folder = folder }

    func send(_ message: MailMessage) async throws(MailFailure) {
        // The id is made of letters and digits, so it leads nowhere else.
        let file = "\(folder)/\(message.id).eml"
        let bytes = message.bytes
        try await thread.run { () throws(MailFailure) in try Self.write(bytes, to: file, draft: file + ".part") }
    }

    func close() async { thread.close() }

    private static func write(_ bytes: [UInt8], to file: String, draft: String) throws(MailFailure) {
        // One may be left of a process that was killed.
        unlink(draft)
        guard FileBytes.create(draft, bytes), rename(draft, file) == 0 else {
            let code = errno
            unlink(draft)
            throw MailFailure(.unavailable, step: "file", reason: String(cString: strerror(code)))
        }
    }
}
