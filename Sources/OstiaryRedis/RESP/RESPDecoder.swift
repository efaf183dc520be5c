// SPDX-License-Identifier: Apache-2.0

/// A strict decoder of RESP2 and RESP3 that takes bytes in any portions.
///
/// Every length is checked before memory is used for it. The time is linear in the bytes however they are split: the
/// state of an unfinished reply is in `open`, `bulk` and `scanned`. After an error every call fails.
///
/// See the RESP specification and `RESP3.md` of the Redis project.
struct RESPDecoder {
    private let limits: RESPLimits
    private var buffer: [UInt8] = []
    /// The index of the first byte that is not consumed.
    private var position = 0
    /// The index up to which the current line was searched for its end.
    private var scanned = 0
    /// The open aggregates around the next value, the outermost first.
    private var open: [RESPAggregate] = []
    private var bulk: (type: RESPType, count: Int)?
    private var elements = 0
    private var bytes = 0
    private var failure: RESPError?

    init(limits: RESPLimits = RESPLimits()) { self.limits = limits }

    /// Takes further bytes. Call ``next()`` until it returns nil before the next call, or bytes accumulate.
    mutating func feed(_ more: some Collection<UInt8>) {
        guard failure == nil else { return }
        // Only if at least half is consumed, so that each byte is moved once on average.
        if position > 0, position >= buffer.count / 2 {
            buffer.removeSubrange(..<position)
            scanned -= position
            position = 0
        }
        buffer.append(contentsOf: more)
    }

    /// - Returns: the next complete reply; nil if more bytes are needed.
    /// - Throws: ``RESPError`` for malformed bytes, and in every call after that.
    mutating func next() throws(RESPError) -> RESPValue? {
        if let failure { throw failure }
        do throws(RESPError) {
            return try reply()
        } catch {
            let limits = limits
            self = RESPDecoder(limits: limits)
            failure = error
            throw error
        }
    }

    private mutating func reply() throws(RESPError) -> RESPValue? {
        while true {
            let value: RESPValue?
            if let (type, count) = bulk {
                guard let content = try content(count) else { return nil }
                bulk = nil
                value = try RESPValue(type, content: content)
            } else {
                guard let (type, line) = try line() else { return nil }
                value = try start(type, line)
            }
            if let value, let reply = close(with: value) {
                elements = 0
                bytes = 0
                return reply
            }
        }
    }

    /// Reads a line.
    /// - Returns: its value; nil if the content follows.
    private mutating func start(_ type: RESPType, _ line: Range<Int>) throws(RESPError) -> RESPValue? {
        let text = buffer[line]
        switch type {
        case .streamedPart, .streamedEnd:
            throw .streamed
        case .bulk, .bulkError, .verbatim:
            guard let count = try RESPNumber.length(text, nullable: type == .bulk) else { return .null }
            guard count <= limits.bulk, count <= limits.reply - bytes else { throw .tooLarge }
            bulk = (type, count)
            return nil
        case .array, .set, .map, .push, .attribute:
            if type == .push, !open.isEmpty { throw .nestedPush }
            guard let count = try RESPNumber.length(text, nullable: type == .array) else { return .null }
            let width = type == .map || type == .attribute ? 2 : 1
            // An attribute counts as an element too, or any number of empty ones could precede a value.
            let room = limits.elements - elements - (type == .attribute ? 1 : 0)
            guard room >= 0, count <= room / width else { throw .tooManyElements }
            elements = limits.elements - room + count * width
            let aggregate = RESPAggregate(type: type, count: count * width)
            if count == 0 { return aggregate.value }
            guard open.count < limits.depth else { throw .tooDeep }
            open.append(aggregate)
            return nil
        default:
            return try RESPValue(type, line: text)
        }
    }

    /// Adds a value to the innermost aggregate.
    /// - Returns: the reply, if the value completes it.
    private mutating func close(with value: RESPValue) -> RESPValue? {
        var value = value
        while let last = open.indices.last {
            open[last].values.append(value)
            guard open[last].values.count == open[last].count else { return nil }
            // An attribute describes the value after it and is no element itself.
            guard let closed = open.removeLast().value else { return nil }
            value = closed
        }
        return value
    }

    private mutating func line() throws(RESPError) -> (RESPType, Range<Int>)? {
        guard position < buffer.count else { return nil }
        guard let type = RESPType(rawValue: buffer[position]) else { throw .unknownType }
        while scanned < buffer.count {
            switch buffer[scanned] {
            case 0x0D:
                guard scanned + 1 < buffer.count else { return nil }
                guard buffer[scanned + 1] == 0x0A else { throw .malformedLine }
                let line = (position + 1)..<scanned
                try use(scanned + 2 - position)
                return (type, line)
            case 0x0A:
                throw .malformedLine
            default:
                scanned += 1
                guard scanned - position <= limits.line else { throw .tooLarge }
            }
        }
        return nil
    }

    private mutating func content(_ count: Int) throws(RESPError) -> ArraySlice<UInt8>? {
        guard buffer.count - position - 2 >= count else { return nil }
        let start = position
        guard buffer[start + count] == 0x0D, buffer[start + count + 1] == 0x0A else { throw .missingTerminator }
        try use(count + 2)
        return buffer[start..<(start + count)]
    }

    private mutating func use(_ count: Int) throws(RESPError) {
        guard count <= limits.reply - bytes else { throw .tooLarge }
        bytes += count
        position += count
        scanned = position
    }
}
