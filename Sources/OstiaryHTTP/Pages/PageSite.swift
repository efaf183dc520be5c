// SPDX-License-Identifier: Apache-2.0

public import HTTPTypes
import Hummingbird
import NIOCore

/// Answers people who come with a browser. It is a client of the JSON API in the same process, and knows no more of it
/// than any other client does.
public protocol PageSite: Sendable {
    /// Whether a request is the site's whatever its `Accept` says: the files that its pages load.
    func owns(_ path: Substring) -> Bool

    func answer(_ visit: Visit, api: InProcessAPI) async throws -> Reply
}

/// A browser's request.
public struct Visit: Sendable {
    public let request: HTTPRequest
    /// nil when it is larger than the API would take.
    public let body: [UInt8]?

    public init(_ request: HTTPRequest, body: [UInt8]?) {
        self.request = request
        self.body = body
    }

    /// Without the query.
    public var path: String { String(Query.path(of: request.path ?? "/")) }

    /// - Returns: the first value of a parameter of the query; nil when it is absent.
    public func query(_ name: String) -> String? { Query.value(of: name, in: request.path ?? "/") }
}

/// An answer as it goes over the wire.
public struct Reply: Sendable {
    public var status: HTTPResponse.Status
    public var headers: HTTPFields
    public var body: [UInt8]

    public init(status: HTTPResponse.Status, headers: HTTPFields = [:], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}

/// The JSON API, asked without a network: each request is judged as if it had come from the connection of the visit.
public struct InProcessAPI: Sendable {
    let responder: APIResponder
    let context: OstiaryRequestContext

    package init(responder: APIResponder, context: OstiaryRequestContext) {
        self.responder = responder
        self.context = context
    }

    public func ask(_ request: HTTPRequest, body: [UInt8] = []) async throws -> Reply {
        let response = try await responder.respond(
            to: Request(head: request, body: RequestBody(buffer: ByteBuffer(bytes: body))), context: context
        )
        let collected = CollectedBody()
        try await response.body.write(collected)
        return Reply(status: response.status, headers: response.headers, body: collected.bytes)
    }
}
