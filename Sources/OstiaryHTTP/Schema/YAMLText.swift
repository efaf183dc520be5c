// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

/// JSON values in the block style of YAML 1.2. Strings are quoted as in JSON: YAML reads quoted strings alike, while it
/// could read a bare word as another type.
enum YAMLText {
    static func bytes(of value: JSONValue) -> [UInt8] {
        let lines = leaf(value).map { [$0] } ?? lines(of: value)
        return Array((lines.joined(separator: "\n") + "\n").utf8)
    }

    /// A value that fits on one line; nil for an array or object that has elements.
    private static func leaf(_ value: JSONValue) -> String? {
        switch value {
        case .array(let elements) where !elements.isEmpty: return nil
        case .object(let object) where !object.isEmpty: return nil
        default:
            var json = JSONWriter()
            json.write(value)
            return printable(String(decoding: json.bytes, as: UTF8.self))
        }
    }

    private static func lines(of value: JSONValue) -> [String] {
        switch value {
        case .array(let elements):
            elements.flatMap { element -> [String] in
                let inner = leaf(element).map { [$0] } ?? lines(of: element)
                return inner.enumerated().map { ($0 == 0 ? "- " : "  ") + $1 }
            }
        case .object(let object):
            object.members.flatMap { member -> [String] in
                let key = key(member.key)
                if let leaf = leaf(member.value) { return ["\(key): \(leaf)"] }
                return ["\(key):"] + lines(of: member.value).map { "  " + $0 }
            }
        default: []
        }
    }

    /// A key without quotation marks if YAML 1.1 and 1.2 both read it as a string, else with them.
    private static func key(_ text: String) -> String {
        let words: Set = ["null", "true", "false", "yes", "no", "on", "off", "y", "n"]
        let isBare =
            text.utf8.first.map(\.isASCIILetter) == true
            && text.utf8.allSatisfy { $0.isASCIILetter || $0.isASCIIDigit } && !words.contains(text.lowercased())
        return isBare ? text : leaf(JSONValue(text)) ?? text
    }

    /// Escapes characters that JSON allows in a string and YAML does not (YAML 1.2 §5.1).
    private static func printable(_ json: String) -> String {
        json.unicodeScalars.reduce(into: "") { text, scalar in
            switch scalar.value {
            case 0x7F...0x9F, 0xFEFF, 0xFFFE, 0xFFFF:
                let hex = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
            default: text.unicodeScalars.append(scalar)
            }
        }
    }
}
