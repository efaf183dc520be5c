// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport

@testable import OstiaryRedis

/// Replies as a server writes them in RESP3: the tests' own side of the decoder.
enum RESPWriter {
    static func bytes(_ value: RESPValue) -> [UInt8] {
        switch value {
        case .simple(let text): line("+", text)
        case .error(let text): line("-", text)
        case .integer(let number): line(":", "\(number)")
        case .bulk(let content): counted("$", content)
        case .null: line("_", "")
        case .boolean(let isTrue): line("#", isTrue ? "t" : "f")
        case .double(let number): line(",", number == .infinity ? "inf" : number == -.infinity ? "-inf" : "\(number)")
        case .bigNumber(let digits): line("(", digits)
        case .verbatim(let format, let content): counted("=", Array("\(format):".utf8) + content)
        case .array(let values): all("*", values)
        case .set(let values): all("~", values)
        case .push(let values): all(">", values)
        case .map(let fields): line("%", "\(fields.count)") + fields.flatMap { bytes($0.key) + bytes($0.value) }
        }
    }

    private static func all(_ type: String, _ values: [RESPValue]) -> [UInt8] {
        line(type, "\(values.count)") + values.flatMap(bytes)
    }

    private static func counted(_ type: String, _ content: [UInt8]) -> [UInt8] {
        line(type, "\(content.count)") + content + [13, 10]
    }

    private static func line(_ type: String, _ text: String) -> [UInt8] { Array("\(type)\(text)\r\n".utf8) }
}

extension SeededGenerator {
    /// - Parameter depth: how many aggregates may still be inside one another.
    mutating func respValue(depth: Int = 4) -> RESPValue {
        switch below(depth > 0 ? 13 : 9) {
        case 0: return .simple(pick(["", "OK", "größe ✓", "a b"]))
        case 1: return .error(pick(["ERR no", "LOADING", "größe"]))
        case 2: return .integer(pick([0, -1, .max, .min, Int64.random(in: -1_000...1_000, using: &self)]))
        case 3: return .bulk(bytes(below(40)))
        case 4: return .null
        case 5: return .boolean(chance(2))
        case 6: return .double(pick([0, -0.5, 1e300, 2.5e-300, .infinity, -.infinity, 3]))
        case 7: return .bigNumber(pick(["0", "-1", "3492890328409238509324850943850943825024385"]))
        case 8: return .verbatim(format: pick(["txt", "mkd"]), bytes(below(20)))
        case 9: return .array(respValues(depth))
        case 10: return .set(respValues(depth))
        default:
            return .map(
                (0..<below(4)).map { _ in
                    RESPField(key: respValue(depth: depth - 1), value: respValue(depth: depth - 1))
                })
        }
    }

    private mutating func respValues(_ depth: Int) -> [RESPValue] {
        (0..<below(5)).map { _ in respValue(depth: depth - 1) }
    }

    /// Cuts bytes into pieces of any length, empty ones too.
    mutating func pieces(of bytes: [UInt8]) -> [ArraySlice<UInt8>] {
        var pieces: [ArraySlice<UInt8>] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = chance(8) ? 0 : min(rest.count, 1 + below(chance(2) ? 3 : 40))
            pieces.append(rest.prefix(count))
            rest = rest.dropFirst(count)
        }
        return pieces
    }

    /// Noise, pieces of the protocol, or good replies with some bytes changed.
    mutating func respBytes() -> [UInt8] {
        switch below(3) {
        case 0: return bytes(below(64))
        case 1: return (0..<(1 + below(20))).flatMap { _ in Array(pick(Self.fragments).utf8) }
        default:
            var damaged = (0..<(1 + below(3))).flatMap { _ in RESPWriter.bytes(respValue()) }
            for _ in 0..<below(4) where !damaged.isEmpty {
                let position = below(damaged.count)
                switch below(3) {
                case 0: damaged[position] = UInt8.random(in: 0...255, using: &self)
                case 1: damaged.remove(at: position)
                default: damaged.insert(contentsOf: pick(Self.fragments).utf8, at: position)
                }
            }
            return damaged
        }
    }

    private static let fragments = [
        "\r\n", "\r", "\n", "+", "-", ":", "$", "*", "_", "#", ",", "(", "!", "=", "%", "~", ">", "|", ";", ".", "?",
        "*1\r\n", "*-1\r\n", "$-1\r\n", "$5\r\nhello\r\n", "*9223372036854775807\r\n", "%4611686018427387904\r\n",
        "$99999999999999999999\r\n", ":9223372036854775808\r\n", ":-9223372036854775808\r\n", "|1\r\n", "|0\r\n",
        "=8\r\ntxt:abcd\r\n", ",1e999\r\n", ",0x1p3\r\n", "#x\r\n", "_x\r\n", ">1\r\n", "$?\r\n", "*?\r\n", "t", "0",
    ]
}
