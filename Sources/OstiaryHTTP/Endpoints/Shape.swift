// SPDX-License-Identifier: Apache-2.0

public import HTTPTypes

/// The structure of an answer's document. The description of the API and the pages are made from it.
public indirect enum Shape: Sendable {
    /// The answer has no document.
    case nothing
    /// An object with these members, in this order. `name` is the name of its schema.
    case object(name: String, [Property])
    /// An array of any length.
    case array(of: Shape)
    /// An object whose keys are not known in advance; `help` is a sentence about them.
    case map(of: Property.Kind, help: String)
    /// An object that another document describes, for example JSON Schema; `help` is a sentence about it.
    case document(help: String)
}

/// A member of an object in an answer.
public struct Property: Sendable {
    /// The JSON type of a property.
    public enum Kind: String, Sendable {
        case string, integer, boolean
    }

    /// The key of the member.
    public let name: String
    /// The JSON type of the value.
    public let kind: Kind
    /// True if the value may be null.
    public let isNullable: Bool
    /// True if every answer has the member.
    public let isRequired: Bool
    /// A format of JSON Schema, for example `email`, `uuid` or `date-time`; nil for none.
    public let format: String?
    /// A sentence about the value, with code in backticks.
    public let help: String
    /// An example of the value as JSON text, but strings without their quotation marks.
    public let example: String

    /// - Parameters:
    ///   - name: the key of the member.
    ///   - kind: the JSON type of the value.
    ///   - format: a format of JSON Schema; nil for none.
    ///   - isNullable: true if the value may be null.
    ///   - isRequired: true if every answer has the member.
    ///   - example: an example of the value as JSON text, but strings without their quotation marks.
    ///   - help: a sentence about the value, with code in backticks.
    public init(
        _ name: String, _ kind: Kind = .string, format: String? = nil, isNullable: Bool = false,
        isRequired: Bool = true, example: String, help: String
    ) {
        self.name = name
        self.kind = kind
        self.isNullable = isNullable
        self.isRequired = isRequired
        self.format = format
        self.help = help
        self.example = example
    }
}

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
