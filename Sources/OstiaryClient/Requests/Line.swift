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
        var headers: [(name: String, value: String)] = []
        headers.reserveCapacity(8)
        if let bearer { headers.append(("Authorization", "Bearer \(bearer)")) }
        var (hasAccept, hasUserAgent) = (false, false)
        // Looked up one by one, they would cost more than the rest of this method.
        for field in request.headerFields {
            if field.name == .authorization { continue }
            hasAccept = hasAccept || field.name == .accept
            hasUserAgent = hasUserAgent || field.name == .userAgent
            headers.append((field.name.rawName, field.value))
        }
        if !hasAccept { headers.append(("Accept", Self.accept)) }
        if !hasUserAgent { headers.append(("User-Agent", options.userAgent)) }
        let outgoing = TransportRequest(
            method: request.method.rawValue, url: server + request.path, headers: headers, body: request.body,
            timeout: options.timeout, maximumAnswer: options.maximumAnswer)
        do {
            return try await transport.send(outgoing)
        } catch {
            try Task.checkCancellation()
            throw (error as? ClientError) ?? ClientError.noAnswer("\(error)")
        }
    }

    /// Refusals with a code for programs (RFC 9457).
    private static let accept = "application/json, application/problem+json"
}
