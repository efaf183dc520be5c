// SPDX-License-Identifier: Apache-2.0

/// A way to a server. ``AsyncHTTPClientTransport`` is the usual one; tests have others.
public protocol ClientTransport: Sendable {
    /// Sends one request, at most once, and follows no redirection: an access token is for its server only.
    /// - Parameter request: the request.
    /// - Returns: the whole answer.
    /// - Throws: any error if there is none; its description goes into ``ClientError/noAnswer(_:)``, so it has no secret.
    func send(_ request: TransportRequest) async throws -> OstiaryClient.Answer
}

/// A request as a transport sends it.
public struct TransportRequest: Sendable {
    /// The method, such as `GET`.
    public let method: String
    /// The whole URL.
    public let url: String
    /// All header fields but `Host` and `Content-Length`. One of them may have a token.
    public let headers: [(name: String, value: String)]
    /// The body; empty for none.
    public let body: [UInt8]
    /// The longest wait for the head of the answer. The whole of it has twice as long.
    public let timeout: Duration
    /// The size of the largest body of an answer, in bytes.
    public let maximumAnswer: Int
}

extension TransportRequest: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The method: the URL, the header and the body may have secrets.
    public var description: String { "\(method) request" }

    /// As ``description``.
    public var debugDescription: String { description }

    /// No member.
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}
