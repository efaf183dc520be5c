// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A piece of a page. What stands in the source is markup, what is interpolated is text and escaped: the type decides, so
/// nothing of others becomes markup by being forgotten (HTML Standard §13.1.2.3, §13.1.4).
///
/// ```swift
/// let page: HTML = "<h1>\(title)</h1>"
/// ```
/// Markup is made of literals only (`StaticString`), so a text that arrives at run time cannot become markup. Attributes
/// have to be quoted: `Scripts/lint` refuses an interpolation in an attribute that is not.
struct HTML: Sendable, ExpressibleByStringInterpolation {
    private(set) var bytes: [UInt8]

    static let empty: HTML = ""

    init(stringLiteral text: StaticString) {
        bytes = text.withUTF8Buffer { Array($0) }
    }

    init(stringInterpolation parts: StringInterpolation) { bytes = parts.bytes }

    /// Pieces one after the other.
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

        /// A literal here is text, too: markup that depends on something is made by `when`, `with`, `each` or a property.
        ///
        /// Escaped byte by byte: by grapheme clusters a quotation mark with a combining mark behind it is another character.
        mutating func appendInterpolation(_ text: String) {
            text.withCString { start in
                var (next, rest) = (start, text.utf8.count)
                while rest > 0 {
                    // Up to the next of them, or to a NUL, which is a character like any other.
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

/// The piece where the condition holds, else nothing.
func when(_ condition: Bool, _ html: @autoclosure () -> HTML) -> HTML { condition ? html() : .empty }

/// A piece for a value that is there, else nothing.
func with<Value>(_ value: Value?, _ html: (Value) -> HTML) -> HTML { value.map(html) ?? .empty }

/// A piece for each value.
func each<Value>(_ values: [Value], _ html: (Value) -> HTML) -> HTML { HTML(values.lazy.map(html)) }
