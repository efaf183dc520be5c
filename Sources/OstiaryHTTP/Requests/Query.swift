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

    /// The query of a target without its question mark; empty if there is none.
    package static func text(of target: String) -> ArraySlice<UInt8> {
        let target = target.octets
        return target.place(of: UInt8(ascii: "?")).map { target[($0 + 1)...] } ?? []
    }

    /// Decodes a name or a value as forms encode them (URL Standard §5.1), but strictly.
    /// - Returns: nil if a percent sign has no two hexadecimal digits behind it, and for bytes that are not UTF-8.
    static func decoded(_ bytes: ArraySlice<UInt8>) -> String? {
        var octets: [UInt8] = []
        octets.reserveCapacity(bytes.count)
        var rest = bytes
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "+"): octets.append(UInt8(ascii: " "))
            case UInt8(ascii: "%"):
                guard let high = rest.popFirst()?.hexadecimalValue, let low = rest.popFirst()?.hexadecimalValue else {
                    return nil
                }
                octets.append(high << 4 | low)
            default: octets.append(byte)
            }
        }
        return String(validating: octets, as: UTF8.self)
    }

    /// The target without its query.
    package static func path(of target: String) -> Substring {
        target[..<(target.utf8.firstIndex(of: UInt8(ascii: "?")) ?? target.endIndex)]
    }
}
