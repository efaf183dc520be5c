// SPDX-License-Identifier: Apache-2.0

package import HTTPTypes

/// Answers people who come with a browser. It is a client of the JSON API in the same process, and knows no more of it
/// than any other client does.
package protocol PageSite: Sendable {
    /// True if a request is the site's whatever its `Accept` says: the files that its pages load.
    func owns(_ path: Substring) -> Bool

    func answer(_ request: IncomingRequest, api: InProcessAPI) async throws -> OutgoingResponse
}

/// The JSON API, asked without a network: each request is judged as if it had come on the connection of a browser's request.
package struct InProcessAPI: Sendable {
    private let responder: APIResponder
    private let visit: IncomingRequest

    /// - Parameter visit: lends its connection and its id.
    package init(responder: APIResponder, visit: IncomingRequest) {
        self.responder = responder
        self.visit = visit
    }

    package func ask(_ request: APIRequest) async -> OutgoingResponse {
        await responder.respond(
            to: IncomingRequest(
                request.method, request.target, authority: visit.authority, fields: request.fields, body: request.body,
                peer: visit.peer, id: visit.id))
    }
}

/// A request of the API that a page makes.
package struct APIRequest: Sendable {
    package var method: HTTPRequest.Method
    /// The path with its query.
    package var target: String
    package var fields: HTTPFields
    package var body: IncomingRequest.Body

    package init(
        _ method: HTTPRequest.Method, _ target: String, fields: HTTPFields = [:],
        body: IncomingRequest.Body = .empty
    ) {
        self.method = method
        self.target = target
        self.fields = fields
        self.body = body
    }
}
