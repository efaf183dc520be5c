// SPDX-License-Identifier: Apache-2.0

/// Encodes commands, which are arrays of bulk strings in both versions of the protocol.
enum RESPEncoder {
    static func encode(_ command: [[UInt8]]) -> [UInt8] {
        var bytes: [UInt8] = []
        // A header is a type, the digits of a length and a line end.
        bytes.reserveCapacity(command.reduce(16) { $0 + $1.count + 16 })
        append("*", command.count, to: &bytes)
        for argument in command {
            append("$", argument.count, to: &bytes)
            bytes += argument
            bytes += lineEnd
        }
        return bytes
    }

    static func encode(_ command: [String]) -> [UInt8] {
        encode(command.map { Array($0.utf8) })
    }

    private static let lineEnd: [UInt8] = [0x0D, 0x0A]

    private static func append(_ type: Unicode.Scalar, _ count: Int, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: type))
        bytes += String(count).utf8
        bytes += lineEnd
    }
}
