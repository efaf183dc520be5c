// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import NIOHTTP1
import OstiaryCore

/// The check of a request's head that comes before any comparison of its text.
enum RequestText {
    /// Fields whose value is compared. `Authorization` and `Idempotency-Key` have refusals of their own. Other programs
    /// write parts of `Cookie`, `User-Agent` and `X-Forwarded-For`, so those three may hold any bytes and are read as
    /// bytes.
    private static let compared: Set<HTTPField.Name> = [
        .accept, .accessControlRequestMethod, .connection, .contentEncoding, .contentLength, .contentType, .origin,
        .secFetchSite,
    ]

    /// - Returns: the refusal of a target or a value that is not ASCII (RFC 9112 §3.2, RFC 9110 §5.5); nil if all are.
    static func refusal(of request: IncomingRequest) -> Refusal? {
        let target = request.target
        guard target.isASCII, target.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            return .malformedRequest("The path must be ASCII, with anything else percent-encoded.")
        }
        guard request.authority?.isASCII ?? true else { return .malformedRequest("Host must be ASCII.") }
        for (name, value) in request.head.headers where !value.isASCII {
            guard let field = compared.first(where: { name.isFieldName($0) }) else { continue }
            return .malformedRequest("\(field.rawName) must be ASCII.")
        }
        return nil
    }
}
