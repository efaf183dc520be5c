// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOPosix
import OstiaryCore

/// A handle of a connection, usable on any thread.
struct SMTPConnection: Sendable {
    private let handler: NIOLoopBound<SMTPChannelHandler>
    private let eventLoop: any EventLoop
    private let ended: EventLoopFuture<Void>

    /// Connects; the rest of the handshake is under way afterwards.
    /// - Parameters:
    ///   - tls: nil for a connection without TLS.
    ///   - timeout: the longest time until the connection is open.
    static func open(
        _ endpoint: SMTPEndpoint, tls: SMTPSecurity?, options: SMTPOptions, within timeout: TimeAmount,
        group: MultiThreadedEventLoopGroup, observer: MailDialogue?
    ) async throws(MailFailure) -> SMTPConnection {
        do {
            return try await ClientBootstrap(group: group)
                .connectTimeout(timeout)
                .channelOption(.socketOption(.so_keepalive), value: 1)
                .connect(host: endpoint.host, port: endpoint.port) { channel in
                    channel.eventLoop.makeCompletedFuture {
                        let pipeline = channel.pipeline.syncOperations
                        if let tls, endpoint.security == .implicit { try pipeline.addHandler(tls.handler()) }
                        let ended = channel.eventLoop.makePromise(of: Void.self)
                        let machine = SMTPStateMachine<SMTPAnswer>(
                            endpoint: endpoint, options: options, isObserved: observer != nil)
                        let handler = SMTPChannelHandler(machine, tls: tls, ended: ended, observer: observer)
                        try pipeline.addHandler(handler)
                        return SMTPConnection(
                            handler: NIOLoopBound(handler, eventLoop: channel.eventLoop), eventLoop: channel.eventLoop,
                            ended: ended.futureResult)
                    }
                }
        } catch {
            throw MailFailure(.unavailable, step: "connect", reason: MailFailure.reason(of: error))
        }
    }

    /// - Parameter deadline: the deadline of the answer.
    func send(_ envelope: SMTPEnvelope, deadline: NIODeadline) async -> SMTPOutcome {
        await withCheckedContinuation { answer in
            eventLoop.execute { handler.value.submit(envelope, deadline: deadline, answer: answer) }
        }
    }

    /// Takes leave of the server, and waits for the end of the connection.
    func quit() async {
        eventLoop.execute { handler.value.quit() }
        try? await ended.get()
    }
}
