// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

/// The origin of a web page as browsers write it (RFC 6454 §6.2): scheme, host and port, compared byte by byte.
package struct Origin: Sendable, Hashable, CustomStringConvertible {
    package let description: String

    /// The reason why a text is not an origin.
    package struct Malformed: Error, CustomStringConvertible {
        package let description: String
    }

    /// - Throws: ``Malformed`` for every text that no browser sends as an origin, including `*` and `null`.
    package init(_ text: String) throws(Malformed) {
        func malformed(_ reason: String) -> Malformed {
            Malformed(description: "\"\(text)\" is not an origin: \(reason)")
        }
        guard text.isASCII, let scheme = ["https", "http"].first(where: { text.hasBytePrefix($0 + "://") }) else {
            throw malformed("it must begin with https:// or http://; there are no wildcards")
        }
        var host = text.dropFirst(scheme.count + 3)
        if let colon = host.utf8.lastIndex(of: UInt8(ascii: ":")), !host[colon...].utf8.contains(UInt8(ascii: "]")) {
            let port = host[host.index(after: colon)...]
            guard let number = UInt16(port), number > 0, String(number) == port else {
                throw malformed("its port is not a number from 1 to 65535")
            }
            guard number != (scheme == "https" ? 443 : 80) else {
                throw malformed("browsers leave out port \(number), so it must not be given")
            }
            host = host[..<colon]
        }
        guard Self.isHost(host) else {
            throw malformed("after the scheme only a host in lower case and a port may follow, no path and no slash")
        }
        self.description = text
    }

    /// True if an `Origin` header names this origin.
    package func isNamed(by header: String) -> Bool { header.hasSameBytes(as: description) }

    private static func isHost(_ host: Substring) -> Bool {
        if host.utf8.first == UInt8(ascii: "[") {
            return host.utf8.last == UInt8(ascii: "]") && host.utf8.count > 2
                && host.utf8.dropFirst().dropLast().allSatisfy {
                    $0.isASCIIDigit || isLetter($0, upTo: "f") || $0 == 0x3A
                }
        }
        return !host.isEmpty
            && host.utf8.allSatisfy {
                $0.isASCIIDigit || isLetter($0, upTo: "z") || [UInt8(ascii: "-"), UInt8(ascii: ".")].contains($0)
            }
    }

    private static func isLetter(_ byte: UInt8, upTo last: Unicode.Scalar) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: last)).contains(byte)
    }
}
