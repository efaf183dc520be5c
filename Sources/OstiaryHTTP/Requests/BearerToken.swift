import HTTPTypes
import OstiaryCore

/// Why a request proved no identity.
enum BearerError: Error, Equatable {
    case missing
    case otherScheme
    case token(AccessTokenError)

    /// Whether `error="invalid_token"` belongs into the challenge (RFC 6750 §3.1).
    var sentToken: Bool {
        if case .token = self { true } else { false }
    }
}

enum BearerToken {
    /// The token of the only `Authorization` header: `Bearer`, in any case, and one token.
    static func read(from headers: HTTPFields) throws(BearerError) -> String {
        let values = headers[values: .authorization]
        guard let value = values.first else { throw .missing }
        guard values.count == 1 else { throw .token(.malformed) }
        let words = value.utf8.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
        guard let scheme = words.first else { throw .missing }
        guard String(scheme)?.lowercased() == "bearer" else { throw .otherScheme }
        guard words.count == 2, let token = String(words[1]) else { throw .token(.malformed) }
        return token
    }
}
