// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

/// The reason why bytes are not a form, or are a form that is too large.
struct FormError: Error, Sendable, Equatable {
    let reason: String
}

/// The `application/x-www-form-urlencoded` format of HTML forms (URL Standard §5.1).
package enum FormURLEncoded {
    /// The text as the value of a query: every byte but the unreserved ones of RFC 3986 §2.3 is percent-encoded.
    package static func encoded(_ text: String) -> String {
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                bytes.append(byte)
            default: bytes.append(percentEncoding: byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The limit of the Django service that came before. No endpoint has a tenth of that number of fields.
    static let maximumPairs = 1_000
    /// The length of the longest name that is compared with the names of fields, in bytes.
    static let maximumNameLength = 64

    /// Reads a form; of a repeated name the last value counts, unless the field is a list.
    /// - Parameters:
    ///   - names: the fields that are read; other pairs are skipped.
    ///   - duplicates: the meaning of a repeated name that is no list.
    static func parse(
        _ bytes: some Collection<UInt8>, _ names: FieldNames, _ duplicates: JSONReader.DuplicateKeys = .lastWins
    ) throws(FormError) -> [String: FieldValue] {
        var fields = FormFields(names)
        for (name, value) in try encodedPairs(Array(bytes)[...]) {
            guard let name = decodedName(name), let known = names.known(name) else { continue }
            guard duplicates == .lastWins || !fields.has(known) || names.isList(known) else {
                throw FormError(reason: "Repeated field \(known)")
            }
            fields.add(.string(JSONString(decoded(value).text)), to: known)
        }
        return fields.values
    }

    /// Names and values in order.
    ///
    /// Pairs whose name is not visible ASCII of at most 64 bytes are left out: no field has such a name. A percent sign
    /// without two hexadecimal digits stands for itself, and bytes of a value that are not UTF-8 become U+FFFD.
    /// - Returns: the pairs; none if the form has more than a thousand.
    package static func pairs(_ bytes: some Collection<UInt8>) -> [(name: String, value: String)] {
        let pairs = try? encodedPairs(Array(bytes)[...])
        return (pairs ?? []).compactMap { name, value in
            guard let name = decodedName(name), name.allSatisfy({ (0x21...0x7E).contains($0) }) else { return nil }
            return (name.text, decoded(value).text)
        }
    }

    private static func encodedPairs(
        _ bytes: ArraySlice<UInt8>
    ) throws(FormError) -> [(name: ArraySlice<UInt8>, value: ArraySlice<UInt8>)] {
        var pairs: [(name: ArraySlice<UInt8>, value: ArraySlice<UInt8>)] = []
        var rest = bytes
        while !rest.isEmpty {
            let end = rest.place(of: UInt8(ascii: "&")) ?? rest.endIndex
            let pair = rest[..<end]
            rest = rest[end...].dropFirst()
            guard !pair.isEmpty else { continue }
            guard pairs.count < maximumPairs else { throw FormError(reason: "Too many fields") }
            let equals = pair.place(of: UInt8(ascii: "=")) ?? pair.endIndex
            pairs.append((pair[..<equals], pair[equals...].dropFirst()))
        }
        return pairs
    }

    /// - Returns: the name; nil for a name that is longer than any field's name, however it is encoded.
    private static func decodedName(_ name: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        guard name.count <= 3 * maximumNameLength else { return nil }
        let name = decoded(name)
        return name.count <= maximumNameLength ? name : nil
    }

    static func decoded(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        guard bytes.place(of: UInt8(ascii: "%")) != nil || bytes.place(of: UInt8(ascii: "+")) != nil else {
            return bytes
        }
        var octets: [UInt8] = []
        octets.reserveCapacity(bytes.count)
        bytes.withUnsafeBufferPointer { bytes in
            var index = 0
            while index < bytes.count {
                let byte = bytes[index]
                if byte == UInt8(ascii: "%"), bytes.count - index > 2,
                    let high = hexDigit(bytes[index + 1]), let low = hexDigit(bytes[index + 2])
                {
                    octets.append(high << 4 | low)
                    index += 3
                } else {
                    octets.append(byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
                    index += 1
                }
            }
        }
        return octets[...]
    }

    private static func hexDigit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
