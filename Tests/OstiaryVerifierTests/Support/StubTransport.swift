// SPDX-License-Identifier: Apache-2.0

import OstiaryVerifier
import OstiaryVerifierTestSupport
import Synchronization

/// A server in this process.
final class StubTransport: VerifierTransport {
    typealias Handler = @Sendable (VerifierRequest, _ number: Int) async throws -> VerifierAnswer

    private let handler: Handler
    private let log = Mutex<[VerifierRequest]>([])

    /// - Parameter handler: gets a request and the number of requests before it.
    init(_ handler: @escaping Handler) { self.handler = handler }

    func get(_ request: VerifierRequest) async throws -> VerifierAnswer {
        let number = log.withLock { log in
            log.append(request)
            return log.count - 1
        }
        return try await handler(request, number)
    }

    var requests: [VerifierRequest] { log.withLock { $0 } }
}

extension VerifierAnswer {
    static func text(_ status: Int, _ body: String, _ headers: [(name: String, value: String)] = []) -> Self {
        Self(status: status, headers: headers, body: Array(body.utf8))
    }
}

/// A verifier without a feed, before a server in this process.
func makeVerifier(
    _ transport: StubTransport, clock: TestClock = TestClock(), events: Switch<[VerifierEvent]> = Switch([])
) throws -> TokenVerifier {
    var options = TokenVerifier.Options()
    options.clock = clock.clock
    options.onEvent = { event in events.change { $0.append(event) } }
    return try TokenVerifier(issuer: stubIssuer, audience: ["notes"], options: options, transport: transport)
}

let stubIssuer = "https://id.example.com"
