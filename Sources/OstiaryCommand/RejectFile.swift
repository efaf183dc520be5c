// SPDX-License-Identifier: Apache-2.0

import Glibc
import OstiaryCore
import OstiaryServer

/// The records that an import left out, as JSON lines that only the operator can read: they have addresses.
final class RejectFile {
    private let descriptor: Int32
    private let path: String

    /// - Throws: ``Failure`` if the file exists or cannot be made.
    init(_ path: String) throws {
        self.path = path
        descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw Failure(text: "\(path) cannot be made: \(String(cString: strerror(errno))).", exitCode: 73)
        }
    }

    deinit { close(descriptor) }

    /// - Throws: ``Failure`` if the disk is full, for example.
    func write(_ reject: AccountImport.Reject) throws {
        var json = JSONWriter()
        json.beginObject()
        json.member("line", Int64(reject.line))
        if let email = reject.email { json.member("email", email) }
        json.member("reason", reject.reason)
        json.endObject()
        let error = Terminal.send(String(decoding: json.bytes, as: UTF8.self) + "\n", to: descriptor)
        guard error == 0 else { throw Failure.output(path, error) }
    }
}
