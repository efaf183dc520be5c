// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import Glibc
import Synchronization

/// A fresh directory, removed with everything in it when the last owner is gone.
package final class TemporaryDirectory: Sendable {
    package let path: String

    package init() throws {
        _ = removeStandingAtExit
        var template = Array("/tmp/ostiary-test.XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw Failure("no temporary directory: errno \(errno)") }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        standing.withLock { [path] in _ = $0.insert(path) }
    }

    package func file(_ name: String) -> String { "\(path)/\(name)" }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
        standing.withLock { [path] in _ = $0.remove(path) }
    }
}

/// Directories not yet removed. Those of static storage are removed after the processes in them have been killed:
/// exit handlers run in reverse order, and a process always starts later than its directory.
private let standing = Mutex<Set<String>>([])
private let removeStandingAtExit: Void = {
    atexit { standing.withLockIfAvailable { $0.forEach { try? FileManager.default.removeItem(atPath: $0) } } }
}()

/// The text of a file; empty when there is none.
package func text(ofFile path: String) -> String {
    guard let data = FileManager.default.contents(atPath: path) else { return "" }
    return String(decoding: data, as: UTF8.self)
}
