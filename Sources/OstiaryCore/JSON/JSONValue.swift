// SPDX-License-Identifier: Apache-2.0

/// A JSON value as it was sent (RFC 8259 §3).
public enum JSONValue: Sendable, Equatable {
    /// `null`
    case null
    /// `true` or `false`
    case bool(Bool)
    /// A number, exactly as it was sent.
    case number(JSONNumber)
    /// A text.
    case string(JSONString)
    /// An array (RFC 8259 §5).
    case array([JSONValue])
    /// An object (RFC 8259 §4).
    case object(JSONObject)
}

/// A JSON string (RFC 8259 §7).
///
/// The grammar lets `\ud800` stand alone although no Unicode text holds a surrogate (RFC 8259 §8.2). Such a string is
/// legal JSON, so it is kept, and the rule that refuses it can name the code unit.
public struct JSONString: Sendable, Hashable {
    /// The text, with U+FFFD in the place of each lone surrogate.
    public let text: String
    /// The first lone surrogate, for example `0xD800`.
    public let loneSurrogate: UInt16?

    /// - Parameters:
    ///   - text: The text, already free of surrogates.
    ///   - loneSurrogate: The first lone surrogate that was replaced in it.
    public init(_ text: String, loneSurrogate: UInt16? = nil) {
        self.text = text
        self.loneSurrogate = loneSurrogate
    }

    /// Compares code points: two spellings of one character (U+00E9, U+0065 U+0301) are two strings.
    public static func == (left: JSONString, right: JSONString) -> Bool {
        left.text.utf8.elementsEqual(right.text.utf8) && left.loneSurrogate == right.loneSurrogate
    }

    public func hash(into hasher: inout Hasher) {
        var text = text
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
        hasher.combine(loneSurrogate)
    }
}
