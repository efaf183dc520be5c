// SPDX-License-Identifier: Apache-2.0

import Glibc
import OstiaryCore

/// The operating system's user who runs the command, for the audit log.
enum Author {
    static var current: String {
        guard let entry = getpwuid(getuid()), let name = entry.pointee.pw_name else { return "user \(getuid())" }
        return String(cString: name)
    }
}

extension RequestContext {
    /// The context of a command that runs now.
    static var command: RequestContext { RequestContext(actor: .operator(Author.current), now: Timestamp.now()) }
}
