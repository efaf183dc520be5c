// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import OstiaryHTTP

extension Field {
    /// True if a page must not repeat a typed value.
    var isSecret: Bool { kind == .password || kind == .token }

    /// True if an empty input means that the field is not sent.
    var isLeftOutIfEmpty: Bool {
        switch kind {
        case .password, .integer, .choice, .scalar: !isRequired
        case .text, .email, .token, .flag, .ids, .texts: false
        }
    }

    /// The value of an input; text that is no value of the field's type stays text. A list has one element on each line.
    func json(ofInput text: String) -> JSONValue {
        switch kind {
        case .text, .email, .password, .token, .scalar, .choice: JSONValue(text)
        case .flag: text.hasSameBytes(as: "true") ? true : text.hasSameBytes(as: "false") ? false : JSONValue(text)
        case .integer: Self.number(text) ?? JSONValue(text)
        case .ids: .array(Self.lines(text).map { Self.number($0) ?? JSONValue($0) })
        case .texts: .array(Self.lines(text).map(JSONValue.init(_:)))
        }
    }

    /// The text of an input for a value in an answer; nil for a value that no input shows. Of an object, such as a group
    /// of a user, the id counts.
    func inputText(of value: JSONValue?) -> String? {
        switch value {
        case nil, .null?: return nil
        case .string(let text)?: return text.text
        case .number(let number)?: return number.text
        case .bool(let bool)?: return bool ? "true" : "false"
        case .object(let object)?: return inputText(of: object["id"])
        case .array(let elements)?:
            return kind.isList ? elements.compactMap(inputText).joined(separator: "\n") : nil
        }
    }

    private static func number(_ text: String) -> JSONValue? {
        text.utf8.count <= 20 ? Int64(text).map { .number(JSONNumber($0)) } : nil
    }

    private static func lines(_ text: String) -> [String] {
        Array(text.utf8)[...].parts(separatedBy: UInt8(ascii: "\n")).compactMap { line in
            let bytes = line.drop { $0 <= 0x20 }
            let end = bytes.lastIndex { $0 > 0x20 }
            return end.map { String(decoding: bytes[...$0], as: UTF8.self) }
        }
    }
}
