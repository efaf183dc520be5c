// SPDX-License-Identifier: Apache-2.0

public import HTTPTypes
package import NIOCore
package import NIOHTTP1
import OstiaryCore

/// A request from the decoder to the controller: head, body, peer and id.
public struct IncomingRequest: Sendable {
    /// The content of a request. It is complete before the request is judged.
    public enum Body: Sendable, Equatable {
        /// The complete content, at most ``maximumSize`` bytes.
        case bytes([UInt8])
        /// The content was larger than ``maximumSize`` and was dropped.
        case tooLarge

        /// A body of no bytes.
        public static let empty = Body.bytes([])
        /// The size of the largest body that is read, in bytes.
        public static let maximumSize = 65_536

        /// - Parameter bytes: the content; it becomes ``tooLarge`` if it has more than ``maximumSize`` bytes.
        public init(_ bytes: [UInt8]) { self = bytes.count > Self.maximumSize ? .tooLarge : .bytes(bytes) }
    }

    package let head: HTTPRequestHead
    /// The content of the request.
    public let body: Body
    /// The id of the request in logs and in its answer (`X-Request-ID`).
    public let id: RequestID
    /// The other end of the connection; nil if there is no connection.
    package let peer: NIOCore.SocketAddress?
    /// Told the user of the request for the access log; nil if there is none.
    var witness: RequestWitness?
    /// True once the ``Responder/wait(before:)`` of the request is over.
    var hasWaited = false

    package init(
        _ head: HTTPRequestHead, body: Body = .empty, peer: NIOCore.SocketAddress? = nil, id: RequestID = RequestID()
    ) {
        self.head = head
        self.body = body
        self.peer = peer
        self.id = id
    }

    /// Makes a request that no decoder of this server read.
    /// - Parameters:
    ///   - target: the path with its query.
    ///   - authority: the value of `Host`; nil for none.
    package init(
        _ method: HTTPRequest.Method, _ target: String, authority: String? = nil, fields: HTTPFields = [:],
        body: Body = .empty, peer: NIOCore.SocketAddress? = nil, id: RequestID = RequestID()
    ) {
        var headers = HTTPHeaders()
        headers.reserveCapacity(fields.count + 1)
        if let authority { headers.add(name: "Host", value: authority) }
        for field in fields { headers.add(name: field.name.rawName, value: field.value) }
        let head = HTTPRequestHead(
            version: .http1_1, method: HTTPMethod(rawValue: method.rawValue), uri: target, headers: headers)
        self.init(head, body: body, peer: peer, id: id)
    }

    /// The method of the request.
    public var method: HTTPRequest.Method {
        switch head.method {
        case .GET: .get
        case .HEAD: .head
        case .POST: .post
        case .PUT: .put
        case .DELETE: .delete
        // Only an invalid token cannot be converted to a method, and the decoder refuses invalid tokens.
        default: HTTPRequest.Method(head.method.rawValue) ?? .trace
        }
    }

    /// The path with its query, as sent.
    public var target: String { head.uri }

    /// The path without its query, as sent.
    public var path: Substring { Query.path(of: head.uri) }

    /// Reads a parameter of the query.
    /// - Parameter name: the name of the parameter.
    /// - Returns: the first value of the parameter; nil if it is absent.
    public func query(_ name: String) -> String? { Query.value(of: name, in: head.uri) }

    /// The value of `Host`; nil if there is none.
    public var authority: String? { head.headers.first(name: "host") }

    /// The value of a field; several lines are joined to one list (RFC 9110 §5.3). nil if the field is absent.
    public subscript(name: HTTPField.Name) -> String? {
        var joined: String?
        for (own, value) in head.headers where own.isFieldName(name) {
            let value = value.withoutOuterBlanks
            joined = joined.map { "\($0), \(value)" } ?? value
        }
        return joined
    }

    /// The values of all lines of a field, in order.
    public subscript(values name: HTTPField.Name) -> [String] {
        head.headers.compactMap { $0.isFieldName(name) ? $1.withoutOuterBlanks : nil }
    }

    /// True if the request has at least one line of a field.
    public func contains(_ name: HTTPField.Name) -> Bool { head.headers.contains { own, _ in own.isFieldName(name) } }
}

extension String {
    /// True for the name of the given field, in any case (RFC 9110 §5.1).
    func isFieldName(_ name: HTTPField.Name) -> Bool {
        let name = name.canonicalName.utf8
        guard utf8.count == name.count else { return false }
        // Both texts are tokens: of their characters, only letters have a variant that differs in this bit.
        return utf8.elementsEqual(name) { own, other in own == other || own | 0x20 == other }
    }

    /// - Parameter name: in lower case.
    func isFieldName(_ name: StaticString) -> Bool {
        let name = UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)
        return utf8.count == name.count
            && utf8.elementsEqual(name) { own, other in own == other || own | 0x20 == other }
    }

    /// A copy without the white space at both ends (RFC 9110 §5.5), which the decoder does not remove completely.
    fileprivate var withoutOuterBlanks: String {
        func isBlank(_ byte: UInt8?) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
        guard isBlank(utf8.first) || isBlank(utf8.last) else { return self }
        return octets.trimmed.text
    }
}
