// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
public import Hummingbird
public import HummingbirdCore
public import Logging
public import NIOCore
public import NIOHTTP1
import NIOHTTPTypesHTTP1
import OstiaryCore

/// What stands on each accepted connection: SwiftNIO's HTTP/1.1 decoder and an ``HTTPConnection``.
///
/// The framework's own channel hands every part of a request through two asynchronous sequences, which costs twice what
/// an authenticated request does here; see docs/adr/0006-connections.md.
public struct OstiaryChannel<Responder: HTTPResponder>: ServerChildChannel
where Responder.Context: InitializableFromSource<ApplicationRequestContextSource> {
    public struct Value: ServerChildChannelValue {
        public let channel: any Channel
    }

    let responder: Responder
    let immediate: @Sendable (HTTPRequestHead) -> WireAnswer?
    let crowd: Crowd
    let isSecure: Bool

    public func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        channel.eventLoop.makeCompletedFuture {
            let network = channel.remoteAddress?.ipAddress.flatMap(IPAddress.init).flatMap(Self.counted)
            guard crowd.enter(network) else {
                channel.close(promise: nil)
                return Value(channel: channel)
            }
            channel.closeFuture.whenComplete { [crowd] _ in crowd.leave(network) }
            // Each connection keeps the largest buffer that it has read into.
            try channel.syncOptions?.setOption(
                .recvAllocator, value: AdaptiveRecvByteBufferAllocator(minimum: 64, initial: 2_048, maximum: 8_192))
            // The number of header lines is bounded because HTTPFields traps on too many (CVE-2026-28980).
            var limits = NIOHTTPDecoderLimitConfiguration()
            limits.maxHeaderFieldSize = 16 * 1_024
            limits.maxHeaderListSize = 32 * 1_024
            limits.maxHeaderFieldCount = 100
            let decoder = HTTPRequestDecoder(limitConfiguration: limits)
            try HTTPConnection(answers: answers(logger), crowd: crowd, isSecure: isSecure).install(
                behind: ByteToMessageHandler(decoder, maximumBufferSize: 64 * 1_024), in: channel.pipeline)
            return Value(channel: channel)
        }
    }

    public func handle(value: Value, logger: Logger) async {
        await withTaskCancellationHandler {
            try? await value.channel.closeFuture.get()
        } onCancel: {
            value.channel.close(promise: nil)
        }
    }

    /// - Returns: nil for this machine itself, where a proxy may be.
    private static func counted(_ address: IPAddress) -> Network? {
        let network = Network(address)
        return network.isLoopback ? nil : network
    }

    private func answers(_ logger: Logger) -> WireAnswers {
        // Only the ordinary way writes each request into the log.
        let immediate = logger.logLevel > .debug ? immediate : { @Sendable _ in nil }
        return WireAnswers(immediate: immediate) { [responder] head, body, channel in
            // Only a method that is no token cannot be converted, and the decoder lets none through.
            guard let request = try? HTTPRequest(head, secure: false, splitCookie: false) else { return .malformed }
            guard Framing.namesHost(head) else { return WireAnswer(.malformedHost, isHead: head.method == .HEAD) }
            var logger = logger
            logger[metadataKey: "hb.request.id"] = .stringConvertible(RequestID())
            let context = Responder.Context(source: ApplicationRequestContextSource(channel: channel, logger: logger))
            do {
                let response = try await responder.respond(
                    to: Request(head: request, body: RequestBody(buffer: body)), context: context)
                return await WireAnswer(response)
            } catch {
                logger.error("unexpected error", metadata: ["error": "\(type(of: error))"])
                return WireAnswer(.internalServerError, [.contentLength: "0"])
            }
        }
    }
}

extension HTTPServerBuilder {
    /// - Parameters:
    ///   - responder: answers every request but those of `immediate`.
    ///   - immediate: the whole answer, head and body, to a request that needs nothing but memory; nil for all others.
    ///     Asked on the event loop, so it must not block.
    ///   - crowd: bounds what all connections hold together.
    ///   - isSecure: whether TLS stands between this and the client, by this server itself.
    public static func ostiary<Responder: HTTPResponder>(
        _ responder: Responder, immediate: @escaping @Sendable (HTTPRequestHead) -> WireAnswer? = { _ in nil },
        crowd: Crowd = Crowd(), isSecure: Bool = false
    ) -> HTTPServerBuilder where Responder.Context: InitializableFromSource<ApplicationRequestContextSource> {
        HTTPServerBuilder { _ in
            OstiaryChannel(responder: responder, immediate: immediate, crowd: crowd, isSecure: isSecure)
        }
    }
}

extension WireAnswer {
    init(_ response: Response) async {
        let collected = CollectedBody()
        // Every body here is in memory: none can fail on its way.
        try? await response.body.write(collected)
        self.init(response.status, response.headers, body: collected.buffer)
    }
}
