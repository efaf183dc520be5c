// SPDX-License-Identifier: Apache-2.0

import Glibc
import OstiaryCore

/// The user of the operating system who runs a command: the author of what it changes.
enum Author {
    static var current: String {
        guard let entry = getpwuid(getuid()), let name = entry.pointee.pw_name else { return "user \(getuid())" }
        return String(cString: name)
    }
}

extension RequestContext {
    /// A command that runs now.
    static var command: RequestContext { RequestContext(actor: .operator(Author.current), now: Timestamp.now()) }
}
