// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

extension JSONObject {
    /// The text of a member; empty if it is absent or no text.
    func text(_ key: String) -> String { optionalText(key) ?? "" }

    func optionalText(_ key: String) -> String? {
        if case .string(let text)? = self[key] { text.text } else { nil }
    }

    func flag(_ key: String) -> Bool { self[key] == .bool(true) }

    func number(_ key: String) -> Int64? {
        if case .number(let number)? = self[key] { number.integer } else { nil }
    }

    func objects(_ key: String) -> [JSONObject] { (self[key]?.elements ?? []).compactMap(\.object) }

    func texts(_ key: String) -> [String] { self[key]?.texts ?? [] }

    /// A member as people read it, whatever its type; nil if it is absent or null.
    func words(_ key: String) -> String? { self[key]?.words }
}

extension JSONValue {
    var elements: [JSONValue] { if case .array(let values) = self { values } else { [] } }

    /// The value as people read it; nil for null.
    var words: String? {
        switch self {
        case .null: nil
        case .bool(let flag): flag ? "true" : "false"
        case .number(let number): number.text
        case .string(let string): string.text
        case .array(let values): values.compactMap(\.words).joined(separator: ", ")
        case .object(let object): object.members.compactMap { $0.value.words }.joined(separator: " ")
        }
    }
}
