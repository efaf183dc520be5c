// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import OstiaryClient
import Synchronization
import Testing

/// A server in this process: it answers what it was told, after a moment.
final class StubTransport: ClientTransport {
    typealias Handler = @Sendable (OstiaryClient.Request, _ number: Int) throws -> OstiaryClient.Answer

    private let handler: Handler
    private let log = Mutex<[OstiaryClient.Request]>([])

    /// - Parameter handler: gets a request and how many requests for the same path came before it.
    init(_ handler: @escaping Handler) { self.handler = handler }

    func send(_ sent: TransportRequest) async throws -> OstiaryClient.Answer {
        let method = try #require(HTTPRequest.Method(sent.method))
        var request = OstiaryClient.Request(
            method, String(sent.url.dropFirst("https://id.example.com".count)), body: sent.body)
        for (name, value) in sent.headers {
            request.headerFields.append(HTTPField(name: try #require(HTTPField.Name(name)), value: value))
        }
        let number = log.withLock { [request] log in
            defer { log.append(request) }
            return log.count { $0.path == request.path }
        }
        try await Task.sleep(for: .milliseconds(5))
        return try handler(request, number)
    }

    func requests(_ path: String) -> [OstiaryClient.Request] { log.withLock { $0.filter { $0.path == path } } }

    /// Token and key of each refresh.
    var refreshes: [String] {
        requests("/api/refresh/").map { request in
            let key = HTTPField.Name("Idempotency-Key").flatMap { request.headerFields[$0] }
            return "\(String(decoding: request.body, as: UTF8.self)) \(key ?? "")"
        }
    }
}

extension OstiaryClient.Answer {
    static func json(_ status: Int, _ body: String, _ headerFields: HTTPFields = [:]) -> Self {
        Self(status: status, headers: headerFields.map { ($0.name.rawName, $0.value) }, body: Array(body.utf8))
    }

    static func pair(_ number: Int) -> Self {
        .json(200, #"{"access_token":"access\#(number)","refresh_token":"refresh\#(number)"}"#)
    }

    static func problem(_ status: Int, _ code: String) -> Self { .json(status, #"{"code":"\#(code)"}"#) }
}

/// Waits for no server.
let quickOptions = {
    var options = OstiaryClient.Options()
    options.pause = .milliseconds(1)
    return options
}()

func makeClient(_ transport: StubTransport, storage: some SessionStorage = .memory) throws -> OstiaryClient {
    try OstiaryClient("https://id.example.com", storage: storage, options: quickOptions, transport: transport)
}
