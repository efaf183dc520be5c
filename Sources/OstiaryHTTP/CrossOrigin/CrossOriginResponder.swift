// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
public import Hummingbird

/// Lets pages of other origins read the answers (CORS, Fetch §3.2), where an operator names those. Cookies are never
/// asked for, so nothing is allowed to a page that it could not do with a token of its own.
public struct CrossOriginResponder<Base: HTTPResponder>: HTTPResponder {
    public typealias Context = Base.Context

    private let base: Base
    private let origins: [Origin]

    /// How long a browser may remember what it was allowed, in seconds: an hour.
    private static var maximumAge: Int { 3_600 }

    public init(_ base: Base, origins: [Origin]) {
        self.base = base
        self.origins = origins
    }

    public func respond(to request: Request, context: Context) async throws -> Response {
        var response = try await base.respond(to: request, context: context)
        response.headers[.vary] = AnswerHeaders.varyByOrigin
        let sent = request.headers[values: .origin]
        guard sent.count == 1, let origin = sent.first, origins.contains(where: { $0.isNamed(by: origin) }) else {
            return response
        }
        response.headers[.accessControlAllowOrigin] = origin
        let allow = response.headers[.allow] ?? ""
        guard request.method == .options, request.headers[.accessControlRequestMethod] != nil, !allow.isEmpty else {
            response.headers[.accessControlExposeHeaders] = "Retry-After, X-Request-ID, WWW-Authenticate"
            return response
        }
        var headers = response.headers
        for name in [HTTPField.Name.contentType, .contentLength] { headers[name] = nil }
        headers[.accessControlAllowMethods] = allow
        headers[.accessControlAllowHeaders] = "Authorization, Content-Type, Idempotency-Key, Accept"
        headers[.accessControlMaxAge] = String(Self.maximumAge)
        return Response(status: .noContent, headers: headers)
    }
}
