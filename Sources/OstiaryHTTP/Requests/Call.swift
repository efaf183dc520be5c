// SPDX-License-Identifier: Apache-2.0

public import OstiaryCore

/// A request as a handler sees it: negotiated, authenticated where asked, its body parsed.
public struct Call: Sendable {
    let payload: Payload
    /// The client and its time. The actor is the user where the endpoint asks for a token.
    public let context: RequestContext
    /// The text in the place of `{id}` in the endpoint's path, as sent.
    public let argument: String?
    private let request: IncomingRequest

    /// The values of the `Idempotency-Key` header, as sent.
    var idempotencyKeys: [String] { request[values: .idempotencyKey] }

    /// A reader of the body's fields, which collects all that is wrong with them.
    /// - Throws: ``Refusal`` for a body that is no object.
    public func fields() throws -> FieldReader { try FieldReader(payload) }

    init(payload: Payload, context: RequestContext, argument: String?, request: IncomingRequest) {
        self.payload = payload
        self.context = context
        self.argument = argument
        self.request = request
    }

    /// - Parameter name: of a parameter of the query.
    /// - Returns: its first value; nil when it is absent.
    public func query(_ name: String) -> String? { request.query(name) }
}
