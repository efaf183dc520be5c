// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

/// Reads a template and refuses all that could make a message wrong or useless.
struct MailTemplateParser {
    private struct Section {
        let value: MailValue
        let isInverted: Bool
        let line: Int
        var pieces: [MailTemplate.Piece] = []
    }

    /// The most sections in each other; only two values have any.
    private static let maximumDepth = 4
    private static let maximumSubject = 200

    private let bytes: ArraySlice<UInt8>
    private let file: String
    private let kind: MailKind

    init(_ source: String, file: String, kind: MailKind) {
        let bytes = Array(source.utf8)
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        // Editors of other systems write a byte order mark and CRLF.
        self.bytes = bytes.dropFirst(bytes.starts(with: mark) ? mark.count : 0).filter { $0 != 0x0D }[...]
        self.file = file
        self.kind = kind
    }

    /// Reads the first line as the subject, and the lines behind it.
    func text() throws(MailTemplateError) -> (subject: [MailTemplate.Piece], body: [MailTemplate.Piece]) {
        let first = bytes.prefix { $0 != 0x0A }
        let rest = bytes[first.endIndex...]
        let body = rest.drop { $0 == 0x0A }
        return (try subject(first), try pieces(of: body, firstLine: 1 + body.startIndex - rest.startIndex))
    }

    /// Reads all lines.
    func html() throws(MailTemplateError) -> [MailTemplate.Piece] { try pieces(of: bytes, firstLine: 1) }

    private func subject(_ line: ArraySlice<UInt8>) throws(MailTemplateError) -> [MailTemplate.Piece] {
        guard line.contains(where: { $0 > 0x20 }) else {
            throw error(1, "the first line is the subject and must not be empty")
        }
        guard line.count <= Self.maximumSubject, !line.contains(where: { $0 < 0x20 || $0 == 0x7F }) else {
            throw error(1, "the subject is longer than \(Self.maximumSubject) bytes or has a control character")
        }
        return try tokens(line, firstLine: 1).map { token throws(MailTemplateError) in
            switch token.content {
            case .text(let text): return .text(text)
            case .tag(sign: 0, "site"): return .value(.site)
            case .tag: throw error(1, "a subject can have no tag but {{site}}")
            }
        }
    }

    private func pieces(
        of bytes: ArraySlice<UInt8>, firstLine: Int
    ) throws(MailTemplateError) -> [MailTemplate.Piece] {
        var (pieces, open): ([MailTemplate.Piece], [Section]) = ([], [])
        var missing = MailValue.allCases.filter { $0.isNeeded(in: kind) }
        func append(_ piece: MailTemplate.Piece) {
            if open.isEmpty { pieces.append(piece) } else { open[open.count - 1].pieces.append(piece) }
        }
        for token in try tokens(bytes, firstLine: firstLine) {
            guard case .tag(let sign, let name) = token.content else {
                if case .text(let text) = token.content { append(.text(text)) }
                continue
            }
            switch sign {
            case 0:
                let value = try value(name, token.line)
                if open.isEmpty { missing.removeAll { $0 == value } }
                append(.value(value))
            case UInt8(ascii: "#"), UInt8(ascii: "^"):
                let value = try value(name, token.line)
                guard value.isOptional else { throw error(token.line, "only browser and address can have a section") }
                guard open.count < Self.maximumDepth else { throw error(token.line, "too many sections in each other") }
                open.append(Section(value: value, isInverted: sign == UInt8(ascii: "^"), line: token.line))
            case UInt8(ascii: "/"):
                guard let section = open.popLast(), section.value.rawValue.hasSameBytes(as: name) else {
                    throw error(token.line, "{{/\(shown(name))}} ends a section that is not open")
                }
                append(.section(section.value, isInverted: section.isInverted, section.pieces))
            case UInt8(ascii: "!"):
                continue
            case UInt8(ascii: "{"), UInt8(ascii: "&"):
                throw error(token.line, "unescaped values are not allowed; write {{\(shown(name))}}")
            default:
                throw error(token.line, "partials, blocks and other delimiters are not allowed")
            }
        }
        if let section = open.last { throw error(section.line, "the section {{#\(section.value)}} is not ended") }
        if let value = missing.first { throw error(nil, "{{\(value)}} is missing, or stands in a section only") }
        return pieces
    }

    private func tokens(
        _ bytes: ArraySlice<UInt8>, firstLine: Int
    ) throws(MailTemplateError) -> [MailTemplateToken] {
        do throws(MailTemplateToken.UnendedTag) {
            return try MailTemplateToken.tokens(of: bytes, firstLine: firstLine)
        } catch {
            throw self.error(error.line, "a tag is not ended")
        }
    }

    private func value(_ name: String, _ line: Int) throws(MailTemplateError) -> MailValue {
        let values = MailValue.allCases.filter { $0.exists(in: kind) }
        if let value = values.first(where: { $0.rawValue.hasSameBytes(as: name) }) { return value }
        let list = values.map(\.rawValue).joined(separator: ", ")
        throw error(line, "{{\(shown(name))}} is no value of \(kind.rawValue); it has \(list)")
    }

    /// A name for an error: printable ASCII of bounded length.
    private func shown(_ name: String) -> String {
        let bytes = name.utf8.prefix(40).map { (0x20...0x7E).contains($0) ? $0 : UInt8(ascii: "?") }
        return String(decoding: bytes, as: UTF8.self)
    }

    private func error(_ line: Int?, _ reason: String) -> MailTemplateError {
        MailTemplateError(file: file, line: line, reason: reason)
    }
}
