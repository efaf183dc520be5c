// SPDX-License-Identifier: Apache-2.0

/// The format in which django-constance 4 keeps settings, in Redis and in its database table:
/// `{"__type__": "default", "__value__": 108000}`.
package enum ConstanceCodec {
    /// In bytes. Settings are small; a reader's memory and time have to be bounded.
    package static let maximumLength = 65_536
    /// The most lists and objects around a value, those of the format included.
    package static let maximumDepth = 64
    /// Keys that no object of a value may have: django-constance takes them for its own.
    package static let reservedKeys = ["__type__", "__value__"]

    /// The bytes that django-constance 4.4 would write.
    /// - Throws: ``ConstanceError`` for a value that either side would not read back as it is.
    package static func encode(_ value: ConstanceValue) throws(ConstanceError) -> [UInt8] {
        var writer = ConstanceWriter()
        try writer.document(value)
        guard writer.bytes.count <= maximumLength else { throw .tooLong }
        return writer.bytes
    }

    /// Reads any JSON spelling (RFC 8259) of the format, and values without the wrapping `__type__`.
    /// - Returns: nil for the default, which is `null` or no byte.
    package static func decode(_ bytes: some Collection<UInt8>) throws(ConstanceError) -> ConstanceValue? {
        guard let first = bytes.first else { return nil }
        // Every pickle since protocol 2 begins with this byte, which no UTF-8 text does.
        guard first != 0x80 else { throw .pickled }
        guard bytes.count <= maximumLength else { throw .tooLong }
        let json: JSONValue
        do throws(JSONError) {
            json = try JSONReader.read(bytes, maximumDepth: maximumDepth)
        } catch {
            throw .malformed(error)
        }
        let value = try value(json)
        return value == .null ? nil : value
    }

    private static func value(_ json: JSONValue) throws(ConstanceError) -> ConstanceValue {
        switch json {
        case .null: return .null
        case .bool(let value): return .bool(value)
        case .number(let number): return try value(number)
        case .string(let string):
            guard string.loneSurrogate == nil else { throw .loneSurrogate }
            return .string(string.text)
        case .array(let elements):
            return .list(try elements.map { element throws(ConstanceError) in try value(element) })
        case .object(let object): return try value(object)
        }
    }

    // Python takes a literal without fraction and exponent for an integer and every other for a float.
    private static func value(_ number: JSONNumber) throws(ConstanceError) -> ConstanceValue {
        if number.isInteger {
            guard let integer = number.integer else { throw .integerOutOfRange }
            return .integer(integer)
        }
        guard number.double.isFinite else { throw .notFinite }
        return .float(number.double)
    }

    private static func value(_ object: JSONObject) throws(ConstanceError) -> ConstanceValue {
        guard reservedKeys.contains(where: { object[$0] != nil }) else {
            let members = try object.members.map { member throws(ConstanceError) in
                ConstanceValue.Member(member.key, try value(member.value))
            }
            try ConstanceValue.object(members).check()
            return .object(members)
        }
        guard object.count == 2, let type = object["__type__"], let content = object["__value__"] else {
            throw .reservedKey
        }
        // Other programs may have written a name of any length.
        guard case .string(let name) = type, name.text.utf8.count <= 16 else { throw .unknownType }
        return try typed(name.text, value(content))
    }

    private static func typed(_ type: String, _ content: ConstanceValue) throws(ConstanceError) -> ConstanceValue {
        let value: ConstanceValue
        switch (type, content) {
        case ("default", _): return content
        case ("datetime", .string(let text)): value = .datetime(text)
        case ("date", .string(let text)): value = .date(text)
        case ("time", .string(let text)): value = .time(text)
        case ("decimal", .string(let text)): value = .decimal(text)
        case ("timedelta", .float(let seconds)): value = .timedelta(seconds: seconds)
        case ("timedelta", .integer(let seconds)): value = .timedelta(seconds: Double(seconds))
        case ("uuid", .string(let text)):
            guard let bits = UInt128(uuidText: text) else { throw .wrongShape(type: type) }
            value = .uuid(bits)
        case ("datetime", _), ("date", _), ("time", _), ("decimal", _), ("timedelta", _), ("uuid", _):
            throw .wrongShape(type: type)
        default: throw .unknownType
        }
        try value.check()
        return value
    }
}
