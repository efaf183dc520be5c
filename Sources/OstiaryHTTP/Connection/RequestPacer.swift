// SPDX-License-Identifier: Apache-2.0

import NIOCore

/// Lets a connection have a few requests under way, and no more of them decoded.
///
/// One packet holds thousands of small pipelined requests (RFC 9112 §9.3.2). Decoded at once they would keep the event
/// loop from everybody else and fill the memory, so bytes go to the decoder in small pieces, the next one only when
/// the requests of those before are answered, and meanwhile nothing more is read.
final class RequestPacer: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// Bytes that the decoder gets at once; a request of the API fits in.
    private static let piece = 1_024
    /// How many of them before others have a turn: the requests in them may be answered at once.
    private static let piecesAtOnce = 8
    /// How long a connection is kept after the listener has closed: its first request may be under way.
    private static let quiescence: TimeAmount = .milliseconds(250)

    private let bytesArrived: () -> Void
    private var held = ByteBuffer()
    private var isReadWanted = false
    private var isInputClosed = false
    private var isPumping = false
    private var isDiscarding = false
    /// Requests whose head was decoded and whose answer is not out yet.
    private(set) var unanswered = 0
    private var context: ChannelHandlerContext?

    /// - Parameter bytesArrived: told before each piece is decoded.
    init(bytesArrived: @escaping () -> Void) { self.bytesArrived = bytesArrived }

    func requestStarted() { unanswered += 1 }

    func requestAnswered() {
        unanswered -= 1
        if let context { pump(context) }
    }

    /// Reads on, and drops all of it: nothing more is decoded on this connection.
    func discard() {
        isDiscarding = true
        held = ByteBuffer()
        if let context, !isPumping { drained(context) }
    }

    /// Sends what needs no encoder.
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
        // An answer may be written while a piece is being decoded.
        guard !isPumping else { return }
        isPumping = true
        defer { isPumping = false }
        var pieces = 0
        // One is let through while its body is still coming in.
        while unanswered <= 1, held.readableBytes > 0 {
            guard pieces < Self.piecesAtOnce else {
                return context.eventLoop.assumeIsolated().execute { if self.context != nil { self.pump(context) } }
            }
            guard let piece = held.readSlice(length: min(Self.piece, held.readableBytes)) else { break }
            pieces += 1
            bytesArrived()
            context.fireChannelRead(wrapInboundOut(piece))
            context.fireChannelReadComplete()
        }
        if held.readableBytes == 0 { drained(context) }
    }

    /// Passes on what had to wait for the held bytes.
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
extension RequestPacer: Sendable {}
