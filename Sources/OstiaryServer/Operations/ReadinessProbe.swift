// SPDX-License-Identifier: Apache-2.0

import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// Asks the running server of a configuration for its readiness, for supervisors that have no HTTP client of their own.
package struct ReadinessProbe: Sendable {
    /// The answer of the server.
    package struct Answer: Sendable {
        /// True if the status is 200.
        package let isReady: Bool
        /// The body: JSON with a note on each part of the server.
        package let body: String
    }

    private let address: ListeningAddress
    private let isSecure: Bool
    private let patience: TimeAmount

    /// - Parameters:
    ///   - configuration: the configuration of the server.
    ///   - patience: the time after which an answer is not waited for any longer.
    /// - Throws: ``StartError`` with exit code 78 if the configuration names no port.
    package init(_ configuration: ServerConfiguration, patience: Duration = .seconds(10)) throws(StartError) {
        if configuration.listening.port == 0 { throw .unknownPort() }
        address = configuration.listening
        isSecure = configuration.certificate != nil
        self.patience = TimeAmount(patience)
    }

    /// - Throws: ``StartError`` with exit code 69 if no server gives an answer.
    package func ask() async throws(StartError) -> Answer {
        let answer = MultiThreadedEventLoopGroup.singleton.next().makePromise(of: Answer.self)
        let end = answer.futureResult.eventLoop.scheduleTask(in: patience) {
            answer.fail(ChannelError.connectTimeout(self.patience))
        }
        defer { end.cancel() }
        let bootstrap = ClientBootstrap(group: answer.futureResult.eventLoop).connectTimeout(patience)
            .channelInitializer { [isSecure] channel in
                channel.eventLoop.makeCompletedFuture {
                    if isSecure { try channel.pipeline.syncOperations.addHandler(Self.tls()) }
                    try channel.pipeline.syncOperations.addHTTPClientHandlers()
                    try channel.pipeline.syncOperations.addHandler(ProbeHandler(answer: answer))
                }
            }
        let connection = connect(bootstrap)
        connection.whenFailure { answer.fail($0) }
        answer.futureResult.whenComplete { _ in connection.whenSuccess { $0.close(promise: nil) } }
        do {
            return try await answer.futureResult.get()
        } catch {
            throw .noAnswer(address, reason: Self.reason(of: error))
        }
    }

    private func connect(_ bootstrap: ClientBootstrap) -> EventLoopFuture<any Channel> {
        switch address {
        case .unixSocket(let path, _): bootstrap.connect(unixDomainSocketPath: path)
        // A server on all addresses is on that of this machine, too.
        case .network(let place) where place.host == "0.0.0.0": bootstrap.connect(host: "127.0.0.1", port: place.port)
        case .network(let place) where place.host == "::": bootstrap.connect(host: "::1", port: place.port)
        case .network(let place): bootstrap.connect(host: place.host, port: place.port)
        }
    }

    /// The certificate is for the server's public name, not for this address, and nothing secret is sent.
    private static func tls() throws -> NIOSSLClientHandler {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.certificateVerification = .none
        return try NIOSSLClientHandler(context: NIOSSLContext(configuration: configuration), serverHostname: nil)
    }

    private static func reason(of error: any Error) -> String {
        switch error {
        case ChannelError.connectTimeout: "no answer in time"
        case let error as NIOConnectionError:
            error.connectionErrors.first.map { reason(of: $0.error) } ?? "the host is unknown"
        case let error as IOError: String(cString: strerror(error.errnoCode))
        case is HTTPParserError, is ProbeHandler.TooLong: "what listens there does not speak HTTP"
        case is NIOSSLError, is BoringSSLError: "what listens there does not speak TLS"
        default: "the connection was lost"
        }
    }
}
