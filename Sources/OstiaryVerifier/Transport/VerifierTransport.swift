// SPDX-License-Identifier: Apache-2.0

/// A way to a server. ``HTTPVerifierTransport`` is the usual one; tests have others.
public protocol VerifierTransport: Sendable {
    /// Sends one `GET` request, and follows no redirection: a key is the issuer's only if the issuer's address has it.
    /// - Parameter request: the request.
    /// - Returns: the whole answer.
    /// - Throws: any error if there is none; its description goes into a ``VerifierEvent``, so it has no secret.
    func get(_ request: VerifierRequest) async throws -> VerifierAnswer
}

/// A `GET` request as a transport sends it.
public struct VerifierRequest: Sendable {
    /// The whole URL.
    public let url: String
    /// All header fields but `Host`. One of them may have the secret of the client.
    public let headers: [(name: String, value: String)]
    /// The longest wait for the head of the answer. The whole of it has twice as long.
    public let timeout: Duration
    /// The size of the largest body of an answer, in bytes.
    public let maximumAnswer: Int
}

extension VerifierRequest: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The method alone: the header may have a secret.
    public var description: String { "GET request" }

    /// As ``description``.
    public var debugDescription: String { description }

    /// No member.
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}

/// The answer to a ``VerifierRequest``.
public struct VerifierAnswer: Sendable {
    /// The status code.
    public var status: Int
    /// The header fields in the order in which they came.
    public var headers: [(name: String, value: String)]
    /// The body.
    public var body: [UInt8]

    /// - Parameters:
    ///   - status: the status code.
    ///   - headers: the header fields.
    ///   - body: the body.
    public init(status: Int, headers: [(name: String, value: String)] = [], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// - Parameter name: the name of a field in lower case.
    /// - Returns: its first value; nil without one.
    subscript(name: String) -> String? { headers.first { $0.name.lowercased() == name }?.value }
}
