// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

/// The query of a request target. Only parameters of the contract are read.
package enum Query {
    /// - Returns: the first value of the parameter; nil if it is absent.
    static func value(of name: String, in target: String) -> String? {
        let target = target.octets
        guard let mark = target.place(of: UInt8(ascii: "?")) else { return nil }
        for pair in target[(mark + 1)...].parts(separatedBy: UInt8(ascii: "&")) where pair.starts(with: name.utf8) {
            let rest = pair.dropFirst(name.utf8.count)
            if rest.isEmpty { return "" }
            if rest.first == UInt8(ascii: "=") { return rest.dropFirst().text }
        }
        return nil
    }

    /// The target without its query.
    package static func path(of target: String) -> Substring {
        target[..<(target.utf8.firstIndex(of: UInt8(ascii: "?")) ?? target.endIndex)]
    }
}
