// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import OstiaryCore

/// The way back to the address that a browser has asked for: a path on the same host, which decides nothing.
package struct GateReturn: Sendable, Equatable {
    /// A path with its query, in visible ASCII; it begins with one slash.
    package let path: String

    /// The greatest length in bytes. Encoded in an address it takes three times as many.
    package static let maximumLength = 2_048
    /// The greatest length of a step of the gate on the host of the login, whose query has such a path.
    package static let maximumStepLength = 4 * maximumLength

    /// - Parameters:
    ///   - text: a path with its query. Anything that is none, or is too long, becomes `/`.
    ///   - limit: the greatest length in bytes.
    package init(_ text: String?, atMost limit: Int = Self.maximumLength) {
        let bytes = text?.octets ?? []
        // Browsers take `//host` and `/\host` for the address of another server.
        let isPath =
            bytes.first == UInt8(ascii: "/")
            && ![UInt8(ascii: "/"), UInt8(ascii: "\\")].contains(bytes.dropFirst().first ?? 0)
        var encoded: [UInt8] = []
        if isPath, bytes.count <= limit {
            encoded.reserveCapacity(bytes.count)
            for byte in bytes {
                if byte > 0x20, byte < 0x7F, !Self.escaped.contains(byte) {
                    encoded.append(byte)
                } else {
                    encoded.append(percentEncoding: byte)
                }
            }
        }
        path = encoded.isEmpty || encoded.count > limit ? "/" : String(decoding: encoded, as: UTF8.self)
    }

    /// Characters that no path and no query has unencoded (RFC 3986 §3.3, §3.4) and that an address could be read wrong
    /// by.
    private static let escaped = Array("\"#<>\\^`{|}".utf8)

    /// The path that a proxy names in `X-Forwarded-Uri` or `X-Original-URI`.
    init(of request: IncomingRequest) {
        for name in [HTTPField.Name.xForwardedURI, .xOriginalURI] {
            let values = request[values: name]
            guard let value = values.first else { continue }
            self.init(values.count == 1 ? value : nil)
            return
        }
        self.init(nil)
    }
}

extension [UInt8] {
    /// Appends a byte as a percent sign and two hexadecimal digits (RFC 3986 §2.1).
    mutating func append(percentEncoding byte: UInt8) {
        let digits = Array("0123456789ABCDEF".utf8)
        append(contentsOf: [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]])
    }
}

// swift-format-ignore: NeverForceUnwrap
extension HTTPField.Name {
    static let xForwardedURI = HTTPField.Name("X-Forwarded-Uri")!
    static let xOriginalURI = HTTPField.Name("X-Original-URI")!
}
