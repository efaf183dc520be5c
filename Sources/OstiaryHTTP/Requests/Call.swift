// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
public import OstiaryCore

/// A request as a handler gets it: negotiated, authenticated if the endpoint requires it, with a parsed body.
public struct Call: Sendable {
    let payload: Payload
    /// The client, the time of the request and its deadline. The actor is the user if the endpoint requires a token, and
    /// the program if it requires a client.
    public internal(set) var context: RequestContext
    /// The text in the place of `{id}` in the endpoint's path, as sent; nil if the path has no such place.
    public let argument: String?
    /// The rights by which the user meets the demand of the operation; nil if the operation demands nothing.
    public let rights: Rights?
    private let request: IncomingRequest

    /// The values of the `Idempotency-Key` header, as sent.
    var idempotencyKeys: [String] { request[values: .idempotencyKey] }

    /// True if the request has waited before it was answered.
    var hasWaited: Bool { request.hasWaited }

    /// The values of the `Authorization` headers, as sent.
    var authorizations: [String] { request[values: .authorization] }

    /// A reader of the body's fields, which collects all errors in them.
    /// - Throws: ``Refusal`` if the body is not an object.
    public func fields() throws -> FieldReader { try FieldReader(payload) }

    init(payload: Payload, context: RequestContext, argument: String?, rights: Rights?, request: IncomingRequest) {
        self.payload = payload
        self.context = context
        self.argument = argument
        self.rights = rights
        self.request = request
    }

    /// True if the client has the document with this entity tag already (RFC 9110 §13.1.2).
    func has(_ tag: String) -> Bool {
        let values = request[values: .ifNoneMatch].prefix(8)
        return values.contains { value in
            Array(value.utf8)[...].parts(separatedBy: UInt8(ascii: ","), atMost: 32).contains { part in
                var part = part.drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
                if part.starts(with: "W/".utf8) { part = part.dropFirst(2) }
                return part.elementsEqual("*".utf8) || part.elementsEqual(tag.utf8)
            }
        }
    }

    /// A strict reader of the query's parameters, which collects all errors in them.
    public func parameters() -> QueryReader { QueryReader(Query.text(of: request.target)) }

    /// Reads a parameter of the query, as sent: nothing in it is decoded.
    /// - Parameter name: the name of the parameter.
    /// - Returns: the first value of the parameter; nil if it is absent.
    public func query(_ name: String) -> String? { request.query(name) }
}
