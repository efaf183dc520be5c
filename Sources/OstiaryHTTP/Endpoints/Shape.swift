// SPDX-License-Identifier: Apache-2.0

public import HTTPTypes

/// What the document of an answer looks like.
public indirect enum Shape: Sendable {
    /// No document at all.
    case nothing
    /// An object with these members, in this order.
    case object(name: String, [Property])
    case array(of: Shape)
    /// An object whose keys are not known beforehand.
    case map(of: Property.Kind, help: String)
    /// An object that is described elsewhere.
    case document(help: String)
}

/// A member of an answer's document.
public struct Property: Sendable {
    public enum Kind: String, Sendable {
        case string, integer, boolean
    }

    public let name: String
    public let kind: Kind
    public let isNullable: Bool
    /// Whether each answer has it.
    public let isRequired: Bool
    /// As in JSON Schema: `email`, `uuid`, `date-time`; nil for none.
    public let format: String?
    /// A sentence. Code stands in backticks.
    public let help: String
    /// As JSON would have it, strings without their quotation marks.
    public let example: String

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

/// An answer of a handler that is no refusal.
public struct Success: Sendable {
    public let status: HTTPResponse.Status
    /// A sentence. Code stands in backticks.
    public let description: String
    public let shape: Shape
    public let links: [Link]

    public init(
        _ description: String, _ shape: Shape, status: HTTPResponse.Status = .ok, links: [Link] = []
    ) {
        self.status = status
        self.description = description
        self.shape = shape
        self.links = links
    }
}

/// What a client can do next with what an answer holds. Values are runtime expressions of OpenAPI.
public struct Link: Sendable {
    public let name: String
    /// The ``Endpoint/operationID`` of the next request.
    public let operationID: String
    public let parameters: [(name: String, value: String)]
    public let body: [(name: String, value: String)]
    /// A sentence.
    public let help: String

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
