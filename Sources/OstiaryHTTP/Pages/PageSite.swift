// SPDX-License-Identifier: Apache-2.0

package import HTTPTypes

/// Serves pages to browsers. A site is a client of the JSON API in the same process, with no more knowledge of the API
/// than any other client.
package protocol PageSite: Sendable {
    /// True if the site serves the path whatever the `Accept` header says, as it does for the files that its pages
    /// load.
    func owns(_ path: Substring) -> Bool

    /// True if the site has pages of its own at a path, beside those of the API's resources.
    func serves(_ path: Substring) -> Bool

    /// The path with a placeholder for what a client chooses, such as `/assets/{file}`; nil for a path of no page of
    /// the site's own.
    func template(of path: Substring) -> String?

    func answer(_ request: IncomingRequest, api: InProcessAPI) async throws -> OutgoingResponse
}

/// The JSON API without a network: each request is judged as if it had come over the browser's connection.
package struct InProcessAPI: Sendable {
    private let responder: APIResponder
    private let visit: IncomingRequest

    /// - Parameter visit: the browser's request; the API's requests take over its connection, its id and its witness.
    package init(responder: APIResponder, visit: IncomingRequest) {
        self.responder = responder
        self.visit = visit
    }

    package func ask(_ request: APIRequest) async -> OutgoingResponse {
        var incoming = IncomingRequest(
            request.method, request.target, authority: visit.authority, fields: request.fields, body: request.body,
            peer: visit.peer, id: visit.id)
        incoming.witness = visit.witness
        return await responder.respond(to: incoming)
    }
}

/// A request that a page sends to the API.
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
