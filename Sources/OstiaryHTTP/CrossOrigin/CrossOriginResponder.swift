// SPDX-License-Identifier: Apache-2.0

import HTTPTypes

/// Lets pages of the operator's allowed origins read answers (CORS, Fetch §3.2). Cookies stay excluded, so a page can
/// do nothing that it could not do with a token of its own.
package struct CrossOriginResponder: Responder {
    private let base: any Responder
    private let origins: [Origin]

    /// The time for which a browser may keep a permission: an hour, in seconds.
    private static let maximumAge = 3_600

    package init(_ base: any Responder, origins: [Origin]) {
        self.base = base
        self.origins = origins
    }

    package func respond(to request: IncomingRequest) async -> OutgoingResponse {
        var response = await base.respond(to: request)
        response.fields[.vary] = AnswerHeaders.varyByOrigin
        let sent = request[values: .origin]
        guard sent.count == 1, let origin = sent.first, origins.contains(where: { $0.isNamed(by: origin) }) else {
            return response
        }
        response.fields[.accessControlAllowOrigin] = origin
        let allow = response.fields[.allow] ?? ""
        guard request.method == .options, request[.accessControlRequestMethod] != nil, !allow.isEmpty else {
            response.fields[.accessControlExposeHeaders] = "Retry-After, X-Request-ID, WWW-Authenticate"
            return response
        }
        var headers = response.fields
        for name in [HTTPField.Name.contentType, .contentLength] { headers[name] = nil }
        headers[.accessControlAllowMethods] = allow
        headers[.accessControlAllowHeaders] = "Authorization, Content-Type, Idempotency-Key, Accept"
        headers[.accessControlMaxAge] = String(Self.maximumAge)
        return OutgoingResponse(.noContent, headers)
    }

    package func owns(_ path: Substring) -> Bool { base.owns(path) }

    package func wait(before request: IncomingRequest) -> RequestWait? { base.wait(before: request) }

    /// The base never answers requests with an `Origin` header immediately, so no answer here needs CORS headers.
    package func immediateResponse(to request: IncomingRequest) -> EncodedResponse? {
        base.immediateResponse(to: request)
    }
}
