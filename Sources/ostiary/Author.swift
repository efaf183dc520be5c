// SPDX-License-Identifier: Apache-2.0

import Glibc

/// Who changes something from the command line, for the journal.
enum Author {
    static var current: String {
        guard let entry = getpwuid(getuid()), let name = entry.pointee.pw_name else { return "user \(getuid())" }
        return String(cString: name)
    }
}
