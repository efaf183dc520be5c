// SPDX-License-Identifier: Apache-2.0

/// The text of a token as a key of a map, compared by its bytes. Two `String`s are equal where their bytes differ: `K`
/// and U+212A.
struct TokenText: Sendable, Hashable {
    private let text: String

    init(_ text: String) { self.text = text }

    static func == (left: TokenText, right: TokenText) -> Bool { left.text.hasSameBytes(as: right.text) }

    func hash(into hasher: inout Hasher) {
        var text = text
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
}
