// SPDX-License-Identifier: Apache-2.0

/// A body in which `<jwt>`, `<uuid>`, `<number>` and `<text>` stand for any value of that shape.
struct BodyPattern {
    let pattern: String

    init(_ pattern: String) { self.pattern = pattern }

    func matches(_ text: String) -> Bool {
        var pattern = Substring(pattern)
        var text = Substring(text)
        while let expected = pattern.first {
            if expected == "<", let (name, shape) = Self.shapes.first(where: { pattern.hasPrefix($0.0) }) {
                let value = text.prefix { shape.allows($0) }
                guard shape.accepts(value) else { return false }
                pattern = pattern.dropFirst(name.count)
                text = text.dropFirst(value.count)
            } else {
                guard text.first == expected else { return false }
                pattern = pattern.dropFirst()
                text = text.dropFirst()
            }
        }
        return text.isEmpty
    }

    private struct Shape {
        let allows: @Sendable (Character) -> Bool
        let accepts: @Sendable (Substring) -> Bool
    }

    private static let shapes: [(String, Shape)] = [
        ("<jwt>", Shape(allows: { isURLSafe($0) || $0 == "." }, accepts: { isToken($0) })),
        ("<uuid>", Shape(allows: { "0123456789abcdef-".contains($0) }, accepts: { isUUID($0) })),
        ("<number>", Shape(allows: { $0.isASCII && $0.isNumber }, accepts: { !$0.isEmpty && $0.first != "0" })),
        ("<text>", Shape(allows: { $0 != "\"" }, accepts: { _ in true })),
    ]

    private static func isURLSafe(_ character: Character) -> Bool {
        character.isASCII && (character.isLetter || character.isNumber || character == "-" || character == "_")
    }

    /// Three non-empty parts.
    private static func isToken(_ text: Substring) -> Bool {
        text.split(separator: ".", omittingEmptySubsequences: false).map(\.isEmpty) == [false, false, false]
    }

    /// 8-4-4-4-12 (RFC 9562 §4).
    private static func isUUID(_ text: Substring) -> Bool {
        text.split(separator: "-", omittingEmptySubsequences: false).map(\.count) == [8, 4, 4, 4, 12]
    }
}
