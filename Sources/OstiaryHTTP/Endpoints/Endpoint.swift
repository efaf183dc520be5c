// SPDX-License-Identifier: Apache-2.0

public import OstiaryCore

/// An operation and who answers it.
@dynamicMemberLookup
public struct Endpoint: Sendable {
    enum Handler: Sendable {
        case open(@Sendable (Call) async throws -> Answer)
        case authenticated(@Sendable (Call, Identity) async throws -> Answer)
        /// Made of the identity alone.
        case immediate(@Sendable (Identity) -> Answer)
    }

    public let operation: APIOperation
    let handler: Handler
    /// All that is read of a body.
    let fieldNames: FieldNames

    public subscript<Value>(dynamicMember member: KeyPath<APIOperation, Value>) -> Value { operation[keyPath: member] }

    /// An endpoint for whoever proves an identity: the handler cannot be called without one.
    /// - Parameter operation: that asks for a token.
    public init(_ operation: APIOperation, handler: @escaping @Sendable (Call, Identity) async throws -> Answer) {
        precondition(operation.security.needsToken, "\(operation.path) says that it is public")
        self.init(operation, .authenticated(handler))
    }

    /// An endpoint for whoever proves an identity, which is all that the answer is made of: where memory holds that, the
    /// answer is given on the event loop. It must not block.
    /// - Parameter operation: that asks for a token and no more.
    public static func immediate(
        _ operation: APIOperation, answer: @escaping @Sendable (Identity) -> Answer
    ) -> Endpoint {
        precondition(operation.security == .bearer, "\(operation.path) asks for more or less than a token")
        return Endpoint(operation, .immediate(answer))
    }

    /// An endpoint for everybody. A stale `Authorization` header is ignored there.
    /// - Parameter operation: that is public.
    public static func `public`(
        _ operation: APIOperation, handler: @escaping @Sendable (Call) async throws -> Answer
    ) -> Endpoint {
        precondition(operation.security == .public, "\(operation.path) asks for a token")
        return Endpoint(operation, .open(handler))
    }

    private init(_ operation: APIOperation, _ handler: Handler) {
        self.operation = operation
        self.handler = handler
        self.fieldNames = FieldNames(operation.fields.map(\.name))
    }

    /// The same where a renderer is not on offer.
    public func without(_ renderer: Renderer) -> Endpoint { Endpoint(operation.without(renderer), handler) }
}

/// A format that request bodies may have.
public enum BodyFormat: String, Sendable, CaseIterable {
    case json = "application/json"
    case form = "application/x-www-form-urlencoded"
    case multipart = "multipart/form-data"

    /// - Parameter header: a `Content-Type` as sent, whose parameters do not matter.
    /// - Returns: nil for every other media type.
    public init?(contentType header: String) {
        self.init(ParameterizedValue(header.octets).value)
    }

    /// - Parameter essence: type and subtype, in any case (RFC 9110 §8.3.1).
    init?(_ essence: ArraySlice<UInt8>) {
        guard let format = Self.allCases.first(where: { essence.matches($0.rawValue.utf8) }) else { return nil }
        self = format
    }
}
