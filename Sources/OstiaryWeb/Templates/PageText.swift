// SPDX-License-Identifier: Apache-2.0

import Mustache

/// Text as it stands in a page, between tags and in quoted attributes (HTML Standard §13.1.2.3, §13.1.4).
///
/// The template library escapes grapheme by grapheme: a quotation mark with a combining mark behind it is another
/// `Character` there and passes, and a long run of such marks costs quadratic time. Bytes have neither fault.
struct PageText: MustacheContentType {
    static let name = "PAGE"

    func escapeText(_ text: String) -> String {
        guard text.utf8.contains(where: { Self.escape(of: $0) != nil }) else { return text }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count + 64)
        for byte in text.utf8 {
            if let escape = Self.escape(of: byte) { bytes += escape.utf8 } else { bytes.append(byte) }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

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
