// SPDX-License-Identifier: Apache-2.0

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByStringInterpolation {
    public init(stringLiteral text: String) { self = .string(JSONString(text)) }
}

extension JSONValue: ExpressibleByIntegerLiteral {
    public init(integerLiteral value: Int64) { self = .number(JSONNumber(value)) }
}

extension JSONValue: ExpressibleByBooleanLiteral {
    public init(booleanLiteral value: Bool) { self = .bool(value) }
}

extension JSONValue: ExpressibleByArrayLiteral {
    public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
}

extension JSONValue: ExpressibleByDictionaryLiteral {
    /// An object; the last value of a repeated key counts.
    public init(dictionaryLiteral elements: (String, JSONValue)...) { self.init(members: elements) }
}

extension JSONValue {
    /// A string.
    public init(_ text: String) { self = .string(JSONString(text)) }

    /// An object; the last value of a repeated key counts.
    public init(members: some Sequence<(String, JSONValue)>) {
        var object = JSONObject()
        for (key, value) in members { object.updateValue(value, forKey: key) }
        self = .object(object)
    }

    /// The object with further members; any other value as it is.
    public func adding(_ members: KeyValuePairs<String, JSONValue>) -> JSONValue {
        guard case .object(var object) = self else { return self }
        for (key, value) in members { object.updateValue(value, forKey: key) }
        return .object(object)
    }
}
