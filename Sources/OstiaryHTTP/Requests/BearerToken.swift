// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
package import OstiaryCore

/// The reason why a request proved no identity.
package enum BearerError: Error, Equatable {
    case missing
    case otherScheme
    case token(AccessTokenError)

    /// True if the challenge carries `error="invalid_token"` (RFC 6750 §3.1).
    var sentToken: Bool {
        if case .token = self { true } else { false }
    }
}

package enum BearerToken {
    /// The token of the only `Authorization` header: `Bearer`, in any case, and one token (RFC 6750 §2.1).
    static func read(from request: IncomingRequest) throws(BearerError) -> String {
        try read(request[values: .authorization])
    }

    /// - Parameter values: the values of all `Authorization` headers.
    package static func read(_ values: [String]) throws(BearerError) -> String {
        guard let value = values.first else { throw .missing }
        guard values.count == 1 else { throw .token(.malformed) }
        return try read(value)
    }

    /// - Parameter value: the value of an `Authorization` header.
    static func read(_ value: String) throws(BearerError) -> String {
        if let token = usual(value), !token.utf8.contains(where: { $0.isSpace }) { return token }
        let words = value.octets.split(whereSeparator: \.isSpace)
        guard let scheme = words.first else { throw .missing }
        guard scheme.matches("bearer") else { throw .otherScheme }
        guard words.count == 2 else { throw .token(.malformed) }
        return words[1].text
    }

    /// The text behind `Bearer`, spelled as nearly all clients do; splitting would cost a twentieth of the request.
    /// - Returns: nil for another spelling. A text with a blank in it is no token.
    static func usual(_ value: String) -> String? {
        let scheme = "Bearer "
        guard value.hasBytePrefix(scheme), value.utf8.count > scheme.utf8.count else { return nil }
        return value.utf8.withContiguousStorageIfAvailable { bytes in
            String(decoding: UnsafeBufferPointer(rebasing: bytes[scheme.utf8.count...]), as: UTF8.self)
        }
    }
}

extension UInt8 {
    fileprivate var isSpace: Bool { self == UInt8(ascii: " ") || self == UInt8(ascii: "\t") }
}
