// SPDX-License-Identifier: Apache-2.0

public import AsyncHTTPClient
import HTTPTypes
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

    public func send(
        _ request: OstiaryClient.Request, to server: String, timeout: Duration, maximumAnswer: Int
    ) async throws -> OstiaryClient.Answer {
        var outgoing = HTTPClientRequest(url: server + request.path)
        outgoing.method = HTTPMethod(rawValue: request.method.rawValue)
        for field in request.headerFields { outgoing.headers.add(name: field.name.rawName, value: field.value) }
        if !request.body.isEmpty { outgoing.body = .bytes(ByteBuffer(bytes: request.body)) }
        let deadline = NIODeadline.now() + TimeAmount(timeout)
        let incoming = try await client.execute(outgoing, deadline: deadline)
        var body: [UInt8] = []
        for try await part in incoming.body {
            guard body.count + part.readableBytes <= maximumAnswer else {
                throw NIOTooManyBytesError(maxBytes: maximumAnswer)
            }
            body += part.readableBytesView
            // The client has a timeout for silence, and none for a body that comes byte by byte.
            guard NIODeadline.now() < deadline + TimeAmount(timeout) else { throw HTTPClientError.deadlineExceeded }
        }
        var fields = HTTPFields()
        for (name, value) in incoming.headers {
            guard let name = HTTPField.Name(name) else { continue }
            fields.append(HTTPField(name: name, value: value))
        }
        return OstiaryClient.Answer(
            status: Int(incoming.status.code), headerFields: fields, body: body)
    }
}

extension TimeAmount {
    /// The same time, a day at most.
    fileprivate init(_ duration: Duration) {
        self = .nanoseconds(Int64(min(max(0, duration / .nanoseconds(1)), 86_400e9)))
    }
}
