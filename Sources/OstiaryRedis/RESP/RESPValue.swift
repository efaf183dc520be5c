// SPDX-License-Identifier: Apache-2.0

/// One reply of a Redis server, in either version of its protocol.
package enum RESPValue: Sendable, Equatable {
    case simple(String)
    /// A simple or a bulk error. The first word is its kind; the rest may quote the command.
    case error(String)
    case integer(Int64)
    case bulk([UInt8])
    /// The null of RESP3, and the null bulk string and null array of RESP2.
    case null
    case boolean(Bool)
    case double(Double)
    /// The decimal digits of a number of any size, with their sign.
    case bigNumber(String)
    /// A text with the three letters of its format, such as `txt`.
    case verbatim(format: String, [UInt8])
    case array([RESPValue])
    /// The entries in the order of the wire; a key may occur twice.
    case map([RESPField])
    case set([RESPValue])
    case push([RESPValue])
}

/// One entry of a RESP3 map.
package struct RESPField: Sendable, Equatable {
    package let key: RESPValue
    package let value: RESPValue

    package init(key: RESPValue, value: RESPValue) {
        self.key = key
        self.value = value
    }
}

extension RESPValue {
    /// The bytes of a string of any kind; nil for other values.
    package var bytes: [UInt8]? {
        switch self {
        case .simple(let text): Array(text.utf8)
        case .bulk(let bytes), .verbatim(_, let bytes): bytes
        default: nil
        }
    }

    /// The text of a string of any kind; nil for other values and for bytes that are not UTF-8.
    package var text: String? {
        switch self {
        case .simple(let text): text
        case .bulk(let bytes), .verbatim(_, let bytes): String(validating: bytes, as: UTF8.self)
        default: nil
        }
    }

    /// The elements of an array or a set; nil for other values.
    package var elements: [RESPValue]? {
        switch self {
        case .array(let elements), .set(let elements): elements
        default: nil
        }
    }
}
