// SPDX-License-Identifier: Apache-2.0

public import HTTPTypes

/// An answer with which a handler serves a request; the opposite of a ``Refusal``.
public struct Success: Sendable {
    /// The status code of the answer.
    public let status: HTTPResponse.Status
    /// A sentence about the answer, with code in backticks.
    public let description: String
    /// The structure of the document.
    public let shape: Shape
    /// Requests that can follow with values of this answer.
    public let links: [Link]

    /// - Parameters:
    ///   - description: a sentence about the answer, with code in backticks.
    ///   - shape: the structure of the document.
    ///   - status: the status code of the answer.
    ///   - links: requests that can follow with values of this answer.
    public init(
        _ description: String, _ shape: Shape, status: HTTPResponse.Status = .ok, links: [Link] = []
    ) {
        self.status = status
        self.description = description
        self.shape = shape
        self.links = links
    }
}

/// A request that can follow with values of an answer: a link object (OpenAPI 3.1 §4.8.20).
public struct Link: Sendable {
    /// The name of the link, unique in its answer.
    public let name: String
    /// The ``APIOperation/operationID`` of the following request.
    public let operationID: String
    /// Parameters of the following request. Each value is a runtime expression of OpenAPI, for example
    /// `$response.body#/id`.
    public let parameters: [(name: String, value: String)]
    /// Fields of the following request's body. Each value is a runtime expression of OpenAPI.
    public let body: [(name: String, value: String)]
    /// A sentence about the link.
    public let help: String

    /// - Parameters:
    ///   - name: the name of the link, unique in its answer.
    ///   - operationID: the ``APIOperation/operationID`` of the following request.
    ///   - parameters: parameters of the following request; each value is a runtime expression of OpenAPI.
    ///   - body: fields of the following request's body; each value is a runtime expression of OpenAPI.
    ///   - help: a sentence about the link.
    public init(
        _ name: String, to operationID: String, parameters: [(name: String, value: String)] = [],
        body: [(name: String, value: String)] = [], help: String
    ) {
        self.name = name
        self.operationID = operationID
        self.parameters = parameters
        self.body = body
        self.help = help
    }
}
