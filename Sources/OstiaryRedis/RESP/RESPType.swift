// SPDX-License-Identifier: Apache-2.0

/// The type of a value, by its first byte.
enum RESPType: UInt8 {
    case simple = 0x2B  // +
    case error = 0x2D  // -
    case integer = 0x3A  // :
    case bulk = 0x24  // $
    case array = 0x2A  // *
    case null = 0x5F  // _
    case boolean = 0x23  // #
    case double = 0x2C  // ,
    case bigNumber = 0x28  // (
    case bulkError = 0x21  // !
    case verbatim = 0x3D  // =
    case map = 0x25  // %
    case set = 0x7E  // ~
    case push = 0x3E  // >
    case attribute = 0x7C  // |
    case streamedPart = 0x3B  // ;
    case streamedEnd = 0x2E  // .
}

/// An aggregate that is not complete yet.
struct RESPAggregate {
    let type: RESPType
    /// The number of its values; a map has two for each entry.
    let count: Int
    // Memory is not reserved for the count, which comes from the wire.
    var values: [RESPValue] = []

    init(type: RESPType, count: Int) {
        self.type = type
        self.count = count
    }

    /// The complete value; nil for an attribute.
    var value: RESPValue? {
        switch type {
        case .set: .set(values)
        case .push: .push(values)
        case .map:
            .map(stride(from: 0, to: values.count - 1, by: 2).map { RESPField(key: values[$0], value: values[$0 + 1]) })
        case .attribute: nil
        default: .array(values)
        }
    }
}

extension RESPValue {
    /// A value of one line.
    init(_ type: RESPType, line: ArraySlice<UInt8>) throws(RESPError) {
        switch type {
        case .simple:
            self = .simple(String(decoding: line, as: UTF8.self))
        case .error:
            self = .error(String(decoding: line, as: UTF8.self))
        case .integer:
            self = .integer(try RESPNumber.integer(line))
        case .double:
            self = .double(try RESPNumber.double(line))
        case .bigNumber:
            self = .bigNumber(try RESPNumber.bigNumber(line))
        case .boolean:
            guard line.count == 1, let letter = line.first, letter == 0x74 || letter == 0x66 else {
                throw .malformedText
            }
            self = .boolean(letter == 0x74)
        case .null:
            guard line.isEmpty else { throw .malformedText }
            self = .null
        default:
            throw .unknownType
        }
    }

    /// A value whose bytes follow its line.
    init(_ type: RESPType, content: ArraySlice<UInt8>) throws(RESPError) {
        switch type {
        case .bulkError:
            self = .error(String(decoding: content, as: UTF8.self))
        case .verbatim:
            guard content.dropFirst(3).first == UInt8(ascii: ":"), content.prefix(3).allSatisfy({ $0 < 0x80 }) else {
                throw .malformedText
            }
            let format = String(decoding: content.prefix(3), as: UTF8.self)
            self = .verbatim(format: format, Array(content.dropFirst(4)))
        default:
            self = .bulk(Array(content))
        }
    }
}
