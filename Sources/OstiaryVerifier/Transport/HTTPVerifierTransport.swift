// SPDX-License-Identifier: Apache-2.0

public import AsyncHTTPClient
import NIOCore
import NIOHTTP1

/// The way to a server by AsyncHTTPClient: kept connections, TLS, HTTP/1.1 and HTTP/2.
public final class HTTPVerifierTransport: VerifierTransport {
    private let client: HTTPClient

    /// - Parameter configuration: certificates, a proxy, and so on. Redirections are never followed, and timeouts are those of
    ///   each request.
    public init(configuration: HTTPClient.Configuration = HTTPClient.Configuration()) {
        var configuration = configuration
        configuration.redirectConfiguration = .disallow
        configuration.timeout.read = nil
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    deinit {
        Task { [client] in try? await client.shutdown() }
    }

    public func get(_ request: VerifierRequest) async throws -> VerifierAnswer {
        var outgoing = HTTPClientRequest(url: request.url)
        outgoing.headers = HTTPHeaders(request.headers.map { ($0.name, $0.value) })
        let timeout = TimeAmount.nanoseconds(Int64(min(max(0, request.timeout / .nanoseconds(1)), 86_400e9)))
        let deadline = NIODeadline.now() + timeout
        let incoming = try await client.execute(outgoing, deadline: deadline)
        let headers = incoming.headers.map { (name: $0.name, value: $0.value) }
        let body = try await Self.body(of: incoming, atMost: request.maximumAnswer, until: deadline + timeout)
        return VerifierAnswer(status: Int(incoming.status.code), headers: headers, body: body)
    }

    /// AsyncHTTPClient has a timeout for silence, and none for a body that comes byte by byte.
    private static func body(
        of answer: HTTPClientResponse, atMost limit: Int, until end: NIODeadline
    ) async throws -> [UInt8] {
        try await withThrowingTaskGroup(of: [UInt8].self) { group in
            group.addTask {
                var body: [UInt8] = []
                for try await part in answer.body {
                    guard body.count + part.readableBytes <= limit else { throw NIOTooManyBytesError(maxBytes: limit) }
                    body += part.readableBytesView
                }
                return body
            }
            group.addTask {
                try await Task.sleep(for: .nanoseconds((end - .now()).nanoseconds))
                throw HTTPClientError.deadlineExceeded
            }
            defer { group.cancelAll() }
            return try await group.next() ?? []
        }
    }
}
