// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

extension SeededGenerator {
    /// Noise, a text of the format's own pieces, or a written value with some bytes changed.
    package mutating func constanceBytes() -> [UInt8] {
        switch Int.random(in: 0..<4, using: &self) {
        case 0: return bytes(Int.random(in: 0...64, using: &self))
        case 1: return (0..<Int.random(in: 1...20, using: &self)).flatMap { _ in Array(pick(Self.pieces).utf8) }
        case 2 where chance(200): return [UInt8](repeating: pick(Array("[{\"9- \\".utf8)), count: pick([100, 65_536]))
        default:
            guard var bytes = try? ConstanceCodec.encode(constanceValue()) else { return [] }
            for _ in 0..<Int.random(in: 0...3, using: &self) where !bytes.isEmpty {
                let position = bytes.indices.randomElement(using: &self) ?? 0
                switch Int.random(in: 0..<4, using: &self) {
                case 0: bytes[position] = UInt8.random(in: 0...255, using: &self)
                case 1: bytes.remove(at: position)
                case 2: bytes.insert(contentsOf: pick(Self.pieces).utf8, at: position)
                default: bytes.removeSubrange(position...)
                }
            }
            return bytes
        }
    }

    private static let pieces = [
        "{", "}", "[", "]", ",", ":", "\"", "\\", " ", "\n", "null", "true", "NaN", "-Infinity", "-", "0", "1e",
        "1e999", "99999999999999999999", "0.1", "\"a\"", "\"a\": ", "\\ud800", "\\u00e9", "\u{80}", "😀", "é",
        "e\u{301}", "{\"__type__\": ", "\"__value__\": ", "\"default\", ", "\"date\", ", "\"datetime\", ",
        "\"time\", ", "\"uuid\", ", "\"decimal\", ", "\"timedelta\", ", "\"2023-10-05\"", "\"15:30:00\"",
        "\"1E+3\"", "-1.5", "}}", "]]",
    ]
}
