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
    private(set) var bytes: [UInt8]

    static let empty: HTML = ""

    init(stringLiteral text: StaticString) {
        bytes = text.withUTF8Buffer { Array($0) }
    }

    init(stringInterpolation parts: StringInterpolation) { bytes = parts.bytes }

    /// Joins pieces.
    init(_ pieces: some Sequence<HTML>) {
        bytes = pieces.reduce(into: []) { $0 += $1.bytes }
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
                    // Copy up to the next special character, or up to a NUL, which is copied like any other character.
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

        mutating func appendInterpolation(_ html: HTML) { bytes += html.bytes }

        private static func escape(of byte: UInt8) -> String? {
            switch byte {
            case UInt8(ascii: "<"): "&lt;"
            case UInt8(ascii: ">"): "&gt;"
            case UInt8(ascii: "&"): "&amp;"
            case UInt8(ascii: "\""): "&quot;"
            case UInt8(ascii: "'"): "&#39;"
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
