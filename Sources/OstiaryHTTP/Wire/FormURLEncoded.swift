import OstiaryCore

/// The `application/x-www-form-urlencoded` format of HTML forms (URL Standard §5.1).
public enum FormURLEncoded {
    /// Reads a form; of a repeated name the last value counts.
    static func parse(_ bytes: some Collection<UInt8>) -> [String: FieldValue] {
        pairs(bytes).reduce(into: [:]) { $0[$1.name] = .string(JSONString($1.value)) }
    }

    /// Names and values in their order; every sequence of bytes is a form.
    ///
    /// A percent sign without two hexadecimal digits stands for itself, and bytes that are not UTF-8 become U+FFFD.
    public static func pairs(_ bytes: some Collection<UInt8>) -> [(name: String, value: String)] {
        Array(bytes).split(separator: UInt8(ascii: "&")).map { pair in
            let equals = pair.firstIndex(of: UInt8(ascii: "=")) ?? pair.endIndex
            return (decoded(pair[..<equals]), decoded(pair[equals...].dropFirst()))
        }
    }

    private static func decoded(_ bytes: ArraySlice<UInt8>) -> String {
        var octets: [UInt8] = []
        octets.reserveCapacity(bytes.count)
        var index = bytes.startIndex
        while index < bytes.endIndex {
            let byte = bytes[index]
            if byte == UInt8(ascii: "%"), bytes.endIndex - index > 2,
                let high = hexDigit(bytes[index + 1]), let low = hexDigit(bytes[index + 2])
            {
                octets.append(high << 4 | low)
                index += 3
            } else {
                octets.append(byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
                index += 1
            }
        }
        return String(decoding: octets, as: UTF8.self)
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
