// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

/// A piece of a template's source.
struct MailTemplateToken: Equatable {
    enum Content: Equatable {
        case text(String)
        /// The sign is `#`, `^`, `/`, `!`, another one of Mustache, or 0 for the name of a value.
        case tag(sign: UInt8, name: String)
    }

    let content: Content
    /// The number of the line from 1 on.
    let line: Int

    /// - Parameters:
    ///   - bytes: a template, or a part of it that begins and ends with a line.
    ///   - firstLine: the number of its first line.
    /// - Throws: the number of the line in which a tag begins that is not ended.
    static func tokens(of bytes: ArraySlice<UInt8>, firstLine: Int) throws(UnendedTag) -> [MailTemplateToken] {
        var tokens: [MailTemplateToken] = []
        var (rest, line) = (bytes, firstLine)
        while let start = rest.firstRange(of: "{{".utf8)?.lowerBound {
            let begin = line + rest[..<start].count { $0 == 0x0A }
            let sign = rest[start...].dropFirst(2).first.flatMap { signs.contains($0) ? $0 : nil } ?? 0
            let isTriple = sign == UInt8(ascii: "{")
            let inner = rest[start...].dropFirst(sign == 0 ? 2 : 3)
            guard let end = inner.firstRange(of: (isTriple ? "}}}" : "}}").utf8) else { throw UnendedTag(line: begin) }
            var (text, next) = (rest[..<start], end.upperBound)
            if "#^/!".utf8.contains(sign), let after = lineEnd(after: next, in: bytes), isLineStart(start, in: bytes) {
                // The line of a tag that writes nothing goes with it if nothing else stands there.
                while let last = text.last, isBlank(last) { text.removeLast() }
                next = after
            }
            if !text.isEmpty { tokens.append(Self(content: .text(String(decoding: text, as: UTF8.self)), line: line)) }
            let name = String(decoding: trimmed(inner[..<end.lowerBound]), as: UTF8.self)
            tokens.append(Self(content: .tag(sign: sign, name: name), line: begin))
            line += rest[..<next].count { $0 == 0x0A }
            rest = rest[next...]
        }
        if !rest.isEmpty { tokens.append(Self(content: .text(String(decoding: rest, as: UTF8.self)), line: line)) }
        return tokens
    }

    struct UnendedTag: Error {
        let line: Int
    }

    private static let signs = Array("#^/!{&><$=".utf8)

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

    private static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var rest = bytes
        while let first = rest.first, isBlank(first) { rest.removeFirst() }
        while let last = rest.last, isBlank(last) { rest.removeLast() }
        return rest
    }

    /// True if only blanks stand before the place in its line.
    private static func isLineStart(_ place: Int, in bytes: ArraySlice<UInt8>) -> Bool {
        let before = bytes[..<place].last { !isBlank($0) }
        return before == nil || before == 0x0A
    }

    /// The start of the next line if only blanks stand behind the place; nil otherwise.
    private static func lineEnd(after place: Int, in bytes: ArraySlice<UInt8>) -> Int? {
        guard let next = bytes[place...].firstIndex(where: { !isBlank($0) }) else { return bytes.endIndex }
        return bytes[next] == 0x0A ? next + 1 : nil
    }
}
