// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
package import OstiaryCore

/// A JWT read as leniently as any library does, by none of the product's ways but its reader of JSON.
package struct TokenText {
    package let parts: [[UInt8]]

    package init(_ text: String) {
        parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).map(Array.init)
    }

    /// The bytes of a part, whose padding may be missing; nil for other characters than those of base64 and base64url.
    package func bytes(_ index: Int) -> [UInt8]? {
        guard index < parts.count else { return nil }
        var text = parts[index].map { byte in
            byte == UInt8(ascii: "-") ? UInt8(ascii: "+") : byte == UInt8(ascii: "_") ? UInt8(ascii: "/") : byte
        }
        text += Array(repeating: UInt8(ascii: "="), count: (4 - text.count % 4) % 4)
        return Data(base64Encoded: Data(text)).map(Array.init)
    }

    /// True if each part is spelled as RFC 7515 §2 has it.
    package var isCanonical: Bool {
        parts.indices.allSatisfy { index in bytes(index).map { Self.base64URL($0) == parts[index] } ?? false }
    }

    /// The object of the header (0) or the claims (1).
    package func object(_ index: Int, duplicateKeys: JSONReader.DuplicateKeys = .lastWins) -> JSONObject? {
        guard let bytes = bytes(index),
            case .object(let object)? = try? JSONReader.read(bytes, duplicateKeys: duplicateKeys)
        else { return nil }
        return object
    }

    package static func base64URL(_ bytes: [UInt8]) -> [UInt8] {
        Data(bytes).base64EncodedString().utf8.compactMap { byte in
            switch byte {
            case UInt8(ascii: "+"): UInt8(ascii: "-")
            case UInt8(ascii: "/"): UInt8(ascii: "_")
            case UInt8(ascii: "="): nil
            default: byte
            }
        }
    }
}
