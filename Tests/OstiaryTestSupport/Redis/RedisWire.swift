// SPDX-License-Identifier: Apache-2.0

/// What Redis answers (RESP2).
package enum RedisReply: Equatable {
    case none
    case text([UInt8])
    case integer(Int)
    case array([RedisReply])
}

/// A client of the tests' own, so that they do not look at Redis through the code under test.
package struct RedisWire {
    /// An error that Redis answered.
    package struct Refusal: Error, CustomStringConvertible {
        package let description: String
    }

    private let socket: UnixSocket

    package init(_ path: String, timeout: Double = 20) throws { socket = try UnixSocket(path, timeout: timeout) }

    /// - Throws: ``Refusal``, ``Failure``.
    @discardableResult
    package func command(_ arguments: [[UInt8]]) throws -> RedisReply {
        var bytes = Array("*\(arguments.count)\r\n".utf8)
        for argument in arguments { bytes += Array("$\(argument.count)\r\n".utf8) + argument + [13, 10] }
        try socket.send(bytes)
        return try answer()
    }

    @discardableResult
    package func command(_ arguments: String...) throws -> RedisReply { try command(arguments.map { Array($0.utf8) }) }

    package func get(_ key: String) throws -> [UInt8]? {
        guard case .text(let bytes) = try command("GET", key) else { return nil }
        return bytes
    }

    package func set(_ key: String, _ value: [UInt8]) throws {
        try command([Array("SET".utf8), Array(key.utf8), value])
    }

    /// How often each command was called since the server started (`INFO commandstats`), by lower-case name.
    package func callCounts() throws -> [String: Int] {
        guard case .text(let bytes) = try command("INFO", "commandstats") else { throw Failure("no commandstats") }
        var counts: [String: Int] = [:]
        for line in String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline) {
            guard line.hasPrefix("cmdstat_"), let calls = line.firstRange(of: ":calls=") else { continue }
            let name = line[..<calls.lowerBound].dropFirst("cmdstat_".count)
            counts[String(name)] = Int(line[calls.upperBound...].prefix(while: \.isNumber))
        }
        return counts
    }

    private func answer() throws -> RedisReply {
        let line = String(decoding: try socket.line(), as: UTF8.self).filter { $0 != "\r" && $0 != "\r\n" }
        let content = String(line.dropFirst())
        switch line.first {
        case "+": return .text(Array(content.utf8))
        case "-": throw Refusal(description: content)
        case ":": return .integer(Int(content) ?? 0)
        case "$":
            guard let count = Int(content), count >= 0 else { return .none }
            return .text(Array(try socket.take(count + 2).dropLast(2)))
        case "*":
            guard let count = Int(content), count >= 0 else { return .none }
            return .array(try (0..<count).map { _ in try answer() })
        default: throw Failure("not RESP: \(line.prefix(100))")
        }
    }
}
