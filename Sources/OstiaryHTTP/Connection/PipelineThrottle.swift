// SPDX-License-Identifier: Apache-2.0

import NIOCore

/// Bounds the decoded requests of a connection.
///
/// One packet can hold thousands of small pipelined requests (RFC 9112 §9.3.2). Decoded at once, they would block the
/// event loop and fill the memory. So the decoder gets bytes in small pieces, each only after the requests of the
/// pieces before it are answered, and the channel is not read meanwhile.
final class PipelineThrottle: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// The number of bytes that the decoder gets at once; a usual request of the API fits in.
    private static let piece = 1_024
    /// The time that a connection is kept after the listener has closed: its first request may be under way.
    private static let quiescence: TimeAmount = .milliseconds(250)

    private let bytesArrived: () -> Void
    private var held = ByteBuffer()
    private var isReadWanted = false
    private var isInputClosed = false
    private var isPumping = false
    private var isDiscarding = false
    /// The number of requests whose head was decoded and whose answer was not written yet.
    private(set) var unanswered = 0
    private var context: ChannelHandlerContext?

    /// - Parameter bytesArrived: called before each piece is decoded.
    init(bytesArrived: @escaping () -> Void) { self.bytesArrived = bytesArrived }

    func requestStarted() { unanswered += 1 }

    func requestAnswered() {
        unanswered -= 1
        if let context { pump(context) }
    }

    /// Stops decoding: the channel is still read, but all bytes are dropped.
    func discard() {
        isDiscarding = true
        held = ByteBuffer()
        if let context, !isPumping { drained(context) }
    }

    /// Writes bytes that are already encoded.
    func write(_ bytes: ByteBuffer, promise: EventLoopPromise<Void>?) {
        guard let context else { return promise?.fail(ChannelError.ioOnClosedChannel) ?? () }
        context.writeAndFlush(wrapOutboundOut(bytes), promise: promise)
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isDiscarding else { return }
        let bytes = unwrapInboundIn(data)
        if held.readableBytes == 0 { held = bytes } else { held.writeImmutableBuffer(bytes) }
        pump(context)
    }

    func read(context: ChannelHandlerContext) {
        if held.readableBytes == 0 { context.read() } else { isReadWanted = true }
    }

    func channelInactive(context: ChannelHandlerContext) {
        held.clear()
        context.fireChannelInactive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case ChannelEvent.inputClosed where held.readableBytes > 0:
            isInputClosed = true
        case is ChannelShouldQuiesceEvent:
            context.eventLoop.assumeIsolated().scheduleTask(in: Self.quiescence) {
                context.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
            }
        default:
            context.fireUserInboundEventTriggered(event)
        }
    }

    private func pump(_ context: ChannelHandlerContext) {
        // Guard against recursion: an answer may be written while a piece is being decoded.
        guard !isPumping else { return }
        isPumping = true
        defer { isPumping = false }
        // Allow one more piece while one request is unanswered: its body may still be arriving.
        while unanswered <= 1, held.readableBytes > 0 {
            guard let piece = held.readSlice(length: min(Self.piece, held.readableBytes)) else { break }
            bytesArrived()
            context.fireChannelRead(wrapInboundOut(piece))
            context.fireChannelReadComplete()
        }
        if held.readableBytes == 0 { drained(context) }
    }

    /// Passes on the events that waited for the held bytes.
    private func drained(_ context: ChannelHandlerContext) {
        held = ByteBuffer()
        if isInputClosed {
            isInputClosed = false
            context.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        }
        if isReadWanted {
            isReadWanted = false
            context.read()
        }
    }
}

@available(*, unavailable)
extension PipelineThrottle: Sendable {}
