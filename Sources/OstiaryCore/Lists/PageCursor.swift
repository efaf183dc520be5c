// SPDX-License-Identifier: Apache-2.0

/// The place in a list behind which its next page begins: an opaque text for clients.
///
/// The text is base64url of a JSON array: the name of the list, its order, and the sort keys of the last row that the
/// page before looked at. It is no secret and has no signature, since each list checks what it reads.
public struct PageCursor: Sendable, Hashable {
    /// The value of one column by which a list is sorted.
    package enum Key: Sendable, Hashable {
        case null
        case integer(Int64)
        /// Text in UTF-8, or the bytes of an id.
        case bytes([UInt8])
    }

    /// The longest ``text``, in bytes.
    public static let maximumLength = 1_024

    package let list: String
    package let order: String
    package let keys: [Key]

    package init(list: String, order: String, keys: [Key]) {
        self.list = list
        self.order = order
        self.keys = keys
    }

    /// - Parameter text: the text of a client.
    /// - Returns: nil unless the text is the ``text`` of a cursor of this list in this order.
    package init?(_ text: String, list: String, order: String) {
        guard text.utf8.count <= Self.maximumLength, let bytes = Base64URL.decode(text.utf8),
            case .array(let parts)? = try? JSONReader.read(bytes), parts.count > 2
        else { return nil }
        self.init(list: list, order: order, keys: parts.dropFirst(2).compactMap(Key.init))
        // One cursor has one spelling, so this compares list, order, the number of keys and the form of each.
        guard self.text.hasSameBytes(as: text) else { return nil }
    }

    /// At most ``maximumLength`` bytes of `A–Z`, `a–z`, `0–9`, `-` and `_`.
    public var text: String {
        var json = JSONWriter()
        json.beginArray()
        json.string(list)
        json.string(order)
        for key in keys {
            switch key {
            case .null: json.null()
            case .integer(let value): json.integer(value)
            case .bytes(let bytes): json.string(Base64URL.text(bytes))
            }
        }
        json.endArray()
        return Base64URL.text(json.bytes)
    }
}

extension PageCursor.Key {
    fileprivate init?(_ value: JSONValue) {
        switch value {
        case .null: self = .null
        case .number(let number):
            guard let integer = number.integer else { return nil }
            self = .integer(integer)
        case .string(let string):
            guard let bytes = Base64URL.decode(string.text.utf8) else { return nil }
            self = .bytes(bytes)
        default: return nil
        }
    }

    package init(_ text: String) { self = .bytes(Array(text.utf8)) }

    /// nil for another kind of key, and for bytes that are no UTF-8 or hold a NUL, which no column of text has.
    package var text: String? {
        guard case .bytes(let bytes) = self, !bytes.contains(0) else { return nil }
        return String(validating: bytes, as: UTF8.self)
    }
}
