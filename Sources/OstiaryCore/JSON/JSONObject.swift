// SPDX-License-Identifier: Apache-2.0

/// The members of a JSON object (RFC 8259 §4), in the order of their first appearance.
///
/// Keys are compared by code point. Two objects are equal when they hold equal members in the same order.
public struct JSONObject: Sendable, Equatable {
    /// One key with its value.
    public struct Member: Sendable, Equatable {
        /// The text before the colon, its escapes resolved.
        public let key: String
        /// The value; that of the last appearance for a key that came more than once.
        public internal(set) var value: JSONValue

        public static func == (left: Member, right: Member) -> Bool {
            left.key.utf8.elementsEqual(right.key.utf8) && left.value == right.value
        }
    }

    /// In the order of first appearance, each key once.
    public private(set) var members: [Member] = []

    // Comparing few keys in turn beats hashing them; many keys must not cost quadratic time.
    private static let unindexedLimit = 16
    private var positions: [JSONString: Int] = [:]

    /// An object without members.
    public init() {}

    /// The number of members.
    public var count: Int { members.count }
    /// True if there are no members.
    public var isEmpty: Bool { members.isEmpty }

    /// The value of a key, `nil` when it is absent.
    public subscript(key: String) -> JSONValue? {
        position(of: key).map { members[$0].value }
    }

    /// Sets the value of a key; a key that is present keeps its place.
    /// - Returns: The value replaced, `nil` for a new key.
    @discardableResult
    public mutating func updateValue(_ value: JSONValue, forKey key: String) -> JSONValue? {
        if let position = position(of: key) {
            let replaced = members[position].value
            members[position].value = value
            return replaced
        }
        members.append(Member(key: key, value: value))
        if members.count > Self.unindexedLimit {
            index()
        }
        return nil
    }

    private func position(of key: String) -> Int? {
        guard positions.isEmpty else { return positions[JSONString(key)] }
        return members.firstIndex { $0.key.utf8.elementsEqual(key.utf8) }
    }

    private mutating func index() {
        for position in positions.count..<members.count {
            positions[JSONString(members[position].key)] = position
        }
    }

    public static func == (left: JSONObject, right: JSONObject) -> Bool {
        left.members == right.members
    }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    /// The last value of a repeated key counts.
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        for (key, value) in elements {
            updateValue(value, forKey: key)
        }
    }
}
