// SPDX-License-Identifier: Apache-2.0

public import AsyncHTTPClient
import NIOCore
import NIOHTTP1

/// The way to a server by AsyncHTTPClient: kept connections, TLS, HTTP/1.1 and HTTP/2.
public final class AsyncHTTPClientTransport: ClientTransport {
    private let client: HTTPClient

    /// - Parameter timeout: the longest silence in the body of an answer.
    public convenience init(timeout: Duration = .seconds(10)) {
        var configuration = HTTPClient.Configuration()
        configuration.timeout.read = TimeAmount(timeout)
        configuration.timeout.connect = TimeAmount(timeout)
        self.init(configuration: configuration)
    }

    /// - Parameter configuration: certificates, a proxy, and so on. Redirections are never followed, and without a timeout
    ///   for reading it is 10 seconds.
    public init(configuration: HTTPClient.Configuration) {
        var configuration = configuration
        configuration.redirectConfiguration = .disallow
        configuration.timeout.read = configuration.timeout.read ?? .seconds(10)
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    deinit {
        Task { [client] in try? await client.shutdown() }
    }

    public func send(_ request: TransportRequest) async throws -> OstiaryClient.Answer {
        var outgoing = HTTPClientRequest(url: request.url)
        outgoing.method = HTTPMethod(rawValue: request.method)
        outgoing.headers = HTTPHeaders(request.headers.map { ($0.name, $0.value) })
        if !request.body.isEmpty { outgoing.body = .bytes(ByteBuffer(bytes: request.body)) }
        let timeout = TimeAmount(request.timeout)
        let deadline = NIODeadline.now() + timeout
        let incoming = try await client.execute(outgoing, deadline: deadline)
        var body: [UInt8] = []
        for try await part in incoming.body {
            guard body.count + part.readableBytes <= request.maximumAnswer else {
                throw NIOTooManyBytesError(maxBytes: request.maximumAnswer)
            }
            if body.isEmpty { body = Array(buffer: part) } else { body += part.readableBytesView }
            // The client has a timeout for silence, and none for a body that comes byte by byte.
            guard NIODeadline.now() < deadline + timeout else { throw HTTPClientError.deadlineExceeded }
        }
        let headers = incoming.headers
        return OstiaryClient.Answer(
            status: Int(incoming.status.code), fields: { headers.map { ($0.name, $0.value) } }, body: body)
    }
}

extension TimeAmount {
    /// The same time, a day at most.
    fileprivate init(_ duration: Duration) {
        self = .nanoseconds(Int64(min(max(0, duration / .nanoseconds(1)), 86_400e9)))
    }
}
