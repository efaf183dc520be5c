// SPDX-License-Identifier: Apache-2.0

import HTTPTypes

/// The line to one server: what is the same for each request.
struct Line: Sendable {
    private let server: String
    private let transport: any ClientTransport
    private let options: OstiaryClient.Options

    init(_ server: String, _ transport: any ClientTransport, _ options: OstiaryClient.Options) {
        self.server = server
        self.transport = transport
        self.options = options
    }

    /// - Parameter bearer: an access token; nil for none.
    /// - Throws: ``ClientError/noAnswer(_:)``, ``ClientError/invalidRequest(_:)``, `CancellationError`.
    func send(_ request: OstiaryClient.Request, bearer: String?) async throws -> OstiaryClient.Answer {
        try request.check()
        var request = request
        if request.headerFields[.accept] == nil { request.headerFields[.accept] = Self.accept }
        if request.headerFields[.userAgent] == nil { request.headerFields[.userAgent] = options.userAgent }
        request.headerFields[.authorization] = bearer.map { "Bearer \($0)" }
        do {
            return try await transport.send(
                request, to: server, timeout: options.timeout, maximumAnswer: options.maximumAnswer)
        } catch {
            try Task.checkCancellation()
            throw (error as? ClientError) ?? ClientError.noAnswer("\(error)")
        }
    }

    /// Refusals with a code for programs (RFC 9457).
    private static let accept = "application/json, application/problem+json"
}
