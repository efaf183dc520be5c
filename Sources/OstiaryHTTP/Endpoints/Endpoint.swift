// SPDX-License-Identifier: Apache-2.0

public import OstiaryCore

/// An operation with its handler.
@dynamicMemberLookup
public struct Endpoint: Sendable {
    enum Handler: Sendable {
        case open(@Sendable (Call) async throws -> Answer)
        case authenticated(@Sendable (Call, Identity) async throws -> Answer)
        case client(@Sendable (Call, Client) async throws -> Answer, Ahead)
        /// The answer depends on the identity alone.
        case immediate(@Sendable (Identity) -> Answer)
        /// The answer needs no credentials and nothing but memory.
        case openImmediate(@Sendable (Call) -> Answer)
    }

    /// The part of a client's request that is done on the event loop, so it must not block.
    package enum Ahead: Sendable {
        case nothing
        /// The answer by memory alone; nil if that does not suffice.
        case answer(@Sendable (Call) -> Answer?)
        /// The wait before the answer; nil for none.
        case wait(@Sendable (Call, Client) -> RequestWait?)
    }

    /// The description of the endpoint; the endpoint has all of its members.
    public let operation: APIOperation
    let handler: Handler
    /// The names of the body's fields; the server reads no other members of a body.
    let fieldNames: FieldNames
    /// The names of the fields that are passwords.
    let passwordFields: Set<String>

    /// A member of the ``operation``.
    public subscript<Value>(dynamicMember member: KeyPath<APIOperation, Value>) -> Value { operation[keyPath: member] }

    /// Makes an endpoint whose handler gets the proven identity of the caller.
    ///
    /// The server does not start if the operation's ``APIOperation/security`` is `.public`.
    /// - Parameters:
    ///   - operation: an operation that requires an access token (RFC 6750).
    ///   - handler: answers a request whose token and demand were checked; it throws a ``Refusal`` to refuse the
    ///     request.
    public init(_ operation: APIOperation, handler: @escaping @Sendable (Call, Identity) async throws -> Answer) {
        precondition(operation.security.needsToken, "\(operation.path) says that it is public")
        self.init(operation, .authenticated(handler))
    }

    /// Makes an endpoint whose answer depends on the caller's identity alone.
    ///
    /// If the identity is in memory, the answer is made on the event loop, so the closure must not block.
    /// - Parameters:
    ///   - operation: an operation that requires an access token and makes no further demand.
    ///   - answer: makes the answer from the identity.
    /// - Returns: the endpoint; the server does not start if the operation's security is not `.bearer`.
    public static func immediate(
        _ operation: APIOperation, answer: @escaping @Sendable (Identity) -> Answer
    ) -> Endpoint {
        precondition(operation.security == .bearer, "\(operation.path) asks for more or less than a token")
        return Endpoint(operation, .immediate(answer))
    }

    /// Makes an endpoint for programs that authenticate as clients.
    /// - Parameters:
    ///   - operation: an operation whose security is `.client`.
    ///   - handler: answers a request whose client was authenticated and has the right; it throws a ``Refusal`` to refuse
    ///     the request.
    /// - Returns: the endpoint; the server does not start if the operation asks for no client.
    public static func client(
        _ operation: APIOperation, handler: @escaping @Sendable (Call, Client) async throws -> Answer
    ) -> Endpoint {
        client(operation, ahead: .nothing, handler: handler)
    }

    /// - Parameter ahead: what is done for a client that memory alone has authenticated.
    package static func client(
        _ operation: APIOperation, ahead: Ahead,
        handler: @escaping @Sendable (Call, Client) async throws -> Answer
    ) -> Endpoint {
        precondition(operation.security.right != nil, "\(operation.path) asks for no client")
        return Endpoint(operation, .client(handler, ahead))
    }

    /// Makes an endpoint that needs no credentials: an `Authorization` header is ignored, even one with a stale token.
    /// - Parameters:
    ///   - operation: an operation whose security is `.public`.
    ///   - handler: answers a request; it throws a ``Refusal`` to refuse the request.
    /// - Returns: the endpoint; the server does not start if the operation asks for a token.
    public static func `public`(
        _ operation: APIOperation, handler: @escaping @Sendable (Call) async throws -> Answer
    ) -> Endpoint {
        precondition(operation.security == .public, "\(operation.path) asks for a token")
        return Endpoint(operation, .open(handler))
    }

    /// Makes an endpoint that needs no credentials and nothing but memory.
    /// - Parameter answer: makes the answer on the event loop, so it must not block.
    package static func publicImmediate(
        _ operation: APIOperation, answer: @escaping @Sendable (Call) -> Answer
    ) -> Endpoint {
        precondition(operation.security == .public, "\(operation.path) asks for a token")
        return Endpoint(operation, .openImmediate(answer))
    }

    private init(_ operation: APIOperation, _ handler: Handler) {
        self.operation = operation
        self.handler = handler
        self.fieldNames = FieldNames(operation.fields)
        self.passwordFields = Set(operation.fields.filter { $0.kind == .password }.map(\.name))
    }

    /// A copy of the endpoint that does not offer the renderer.
    public func without(_ renderer: Renderer) -> Endpoint { Endpoint(operation.without(renderer), handler) }
}

/// A media type of request bodies that the server reads.
public enum BodyFormat: String, Sendable, CaseIterable {
    /// JSON (RFC 8259).
    case json = "application/json"
    /// The fields of a form in percent-encoding (WHATWG URL §5).
    case form = "application/x-www-form-urlencoded"
    /// The parts of a form (RFC 7578).
    case multipart = "multipart/form-data"

    /// Finds the format of a `Content-Type` header.
    /// - Parameter header: the header as sent; its parameters are ignored. The result is nil for any other media type.
    public init?(contentType header: String) {
        self.init(ParameterizedValue(header.octets).value)
    }

    /// - Parameter essence: the type and subtype, in any case (RFC 9110 §8.3.1).
    init?(_ essence: ArraySlice<UInt8>) {
        guard let format = Self.allCases.first(where: { essence.matches($0.rawValue.utf8) }) else { return nil }
        self = format
    }
}
