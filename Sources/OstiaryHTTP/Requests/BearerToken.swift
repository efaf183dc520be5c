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
        // The usual spelling takes one look at each byte; splitting would cost a twentieth of the request.
        let usual = "Bearer "
        if value.hasBytePrefix(usual), value.utf8.count > usual.utf8.count {
            let token = value.utf8.dropFirst(usual.utf8.count)
            if !token.contains(where: \.isSpace) { return String(token) ?? "" }
        }
        let words = value.octets.split(whereSeparator: \.isSpace)
        guard let scheme = words.first else { throw .missing }
        guard scheme.matches("bearer") else { throw .otherScheme }
        guard words.count == 2 else { throw .token(.malformed) }
        return words[1].text
    }
}

extension UInt8 {
    fileprivate var isSpace: Bool { self == UInt8(ascii: " ") || self == UInt8(ascii: "\t") }
}
