// SPDX-License-Identifier: Apache-2.0

/// A way to a server. ``AsyncHTTPClientTransport`` is the usual one; tests have others.
public protocol ClientTransport: Sendable {
    /// Sends one request, at most once, and follows no redirection: an access token is for its server only.
    /// - Parameters:
    ///   - request: the request with all its header fields but `Host` and `Content-Length`.
    ///   - server: the address of the server without a slash at its end; the path of the request is appended.
    ///   - timeout: the longest wait for the head of the answer. The whole of it has twice as long.
    ///   - maximumAnswer: the size of the largest body of an answer, in bytes.
    /// - Returns: the whole answer.
    /// - Throws: any error if there is none; its description goes into ``ClientError/noAnswer(_:)``, so it has no secret.
    func send(
        _ request: OstiaryClient.Request, to server: String, timeout: Duration, maximumAnswer: Int
    ) async throws -> OstiaryClient.Answer
}
