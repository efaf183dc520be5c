// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A piece of a page. Literals in the source are markup; interpolated values are text and are escaped. The type decides
/// this, so no text can become markup because an escape was forgotten (HTML Standard §13.1.2.3, §13.1.4).
///
/// ```swift
/// let page: HTML = "<h1>\(title)</h1>"
/// ```
/// Markup is made of literals only (`StaticString`), so a text that arrives at run time cannot become markup. Attribute
/// values must be quoted: `Scripts/lint` refuses an interpolation in an unquoted attribute.
struct HTML: Sendable, ExpressibleByStringInterpolation {
    /// The markup; ``siteMark`` stands before each path of this server.
    private var marked: [UInt8]

    /// The place of the path under which clients reach the server. No text can hold it, since U+FFFD replaces a NUL.
    private static let siteMark: UInt8 = 0

    static let empty: HTML = ""

    init(stringLiteral text: StaticString) {
        marked = text.withUTF8Buffer { Array($0) }
    }

    init(stringInterpolation parts: StringInterpolation) { marked = parts.bytes }

    /// Joins pieces.
    init(_ pieces: some Sequence<HTML>) {
        marked = pieces.reduce(into: []) { $0 += $1.marked }
    }

    /// The markup for browsers.
    /// - Parameter path: the path under which clients reach the server, such as `/id`; empty for none.
    func bytes(under path: String) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(marked.count)
        for (index, run) in marked.split(separator: Self.siteMark, omittingEmptySubsequences: false).enumerated() {
            if index > 0 { bytes += path.utf8 }
            bytes += run
        }
        return bytes
    }

    struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var bytes: [UInt8] = []

        init(literalCapacity: Int, interpolationCount: Int) {
            bytes.reserveCapacity(literalCapacity + 32 * interpolationCount)
        }

        mutating func appendLiteral(_ literal: StaticString) {
            literal.withUTF8Buffer { bytes.append(contentsOf: $0) }
        }

        /// A literal in an interpolation is text too; use `when`, `with`, `each` or a property for conditional markup.
        ///
        /// Escapes bytes, not grapheme clusters: a quotation mark with a combining mark behind it would be another
        /// character.
        mutating func appendInterpolation(_ text: String) {
            text.withCString { start in
                var (next, rest) = (start, text.utf8.count)
                while rest > 0 {
                    // Copy up to the next special character, or up to a NUL.
                    let run = strcspn(next, "<>&\"'")
                    bytes.append(contentsOf: UnsafeRawBufferPointer(start: next, count: run))
                    rest -= run
                    guard rest > 0 else { return }
                    let byte = UInt8(bitPattern: next[run])
                    if let escape = Self.escape(of: byte) { bytes += escape.utf8 } else { bytes.append(byte) }
                    next += run + 1
                    rest -= 1
                }
            }
        }

        mutating func appendInterpolation(_ number: Int) { bytes += String(number).utf8 }

        mutating func appendInterpolation(_ html: HTML) { bytes += html.marked }

        /// A path of this server in a link or a form; the path under which clients reach the server goes before it.
        mutating func appendInterpolation(site path: String) {
            bytes.append(HTML.siteMark)
            appendInterpolation(path)
        }

        private static func escape(of byte: UInt8) -> String? {
            switch byte {
            case UInt8(ascii: "<"): "&lt;"
            case UInt8(ascii: ">"): "&gt;"
            case UInt8(ascii: "&"): "&amp;"
            case UInt8(ascii: "\""): "&quot;"
            case UInt8(ascii: "'"): "&#39;"
            case 0: "\u{FFFD}"
            default: nil
            }
        }
    }
}

/// The piece if the condition holds, else nothing.
func when(_ condition: Bool, _ html: @autoclosure () -> HTML) -> HTML { condition ? html() : .empty }

/// The piece for a value, or nothing for nil.
func with<Value>(_ value: Value?, _ html: (Value) -> HTML) -> HTML { value.map(html) ?? .empty }

/// The pieces for all values, joined.
func each<Value>(_ values: [Value], _ html: (Value) -> HTML) -> HTML { HTML(values.lazy.map(html)) }
