// SPDX-License-Identifier: Apache-2.0

/// A JSON value (RFC 8259).
///
/// FoundationEssentials' decoder takes the last of two members of one name; signed claims must not be read in two ways
/// (RFC 8725 §2.4), so tokens, keys and pages of the feed are read by ``JSONParser``.
enum JSON: Sendable {
    case null
    case bool(Bool)
    case number(Double)
    case string(String)
    case array([JSON])
    case object([String: JSON])

    /// - Parameter hasASCIINames: true for bytes that nobody has signed. Swift compares names by canonical equivalence, which takes
    ///   time that is quadratic in combining marks.
    /// - Returns: nil for bytes that are no JSON object, that have a member twice or a lone surrogate, and for values more than
    ///   16 levels deep.
    static func object(_ bytes: [UInt8], hasASCIINames: Bool = false) -> [String: JSON]? {
        guard String(validating: bytes, as: UTF8.self) != nil else { return nil }
        var parser = JSONParser(bytes, hasASCIINames: hasASCIINames)
        guard case .object(let members)? = try? parser.document() else { return nil }
        return members
    }

    /// The text of a string.
    var text: String? { if case .string(let text) = self { text } else { nil } }

    /// The members of an object.
    var members: [String: JSON]? { if case .object(let members) = self { members } else { nil } }

    /// A whole number of seconds since 1970, not negative and exact in a double.
    var seconds: Int? {
        guard case .number(let number) = self, (0...0x1F_FFFF_FFFF_FFFF).contains(number),
            number.rounded(.towardZero) == number
        else { return nil }
        return Int(number)
    }

    /// A text of 1 to 255 visible characters of ASCII, as ids are.
    var id: String? {
        guard case .string(let text) = self, (1...255).contains(text.utf8.count), text.isVisibleASCII else {
            return nil
        }
        return text
    }
}

extension String {
    /// True if the text has no space, no control character and nothing but ASCII.
    var isVisibleASCII: Bool { utf8.allSatisfy { (0x21...0x7E).contains($0) } }

    /// Compares bytes: Swift takes two spellings of one character for equal.
    func hasSameBytes(as other: String) -> Bool { utf8.elementsEqual(other.utf8) }
}
