// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOHTTP1

/// Sends the request of a probe and reads the answer.
final class ProbeHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    /// An answer longer than this server's.
    struct TooLong: Error {}

    private static let maximum = 65_536

    private let answer: EventLoopPromise<ReadinessProbe.Answer>
    private var status: HTTPResponseStatus?
    private var body: [UInt8] = []

    init(answer: EventLoopPromise<ReadinessProbe.Answer>) { self.answer = answer }

    func channelActive(context: ChannelHandlerContext) {
        let headers: HTTPHeaders = ["Host": "localhost", "User-Agent": "ostiary", "Connection": "close"]
        let head = HTTPRequestHead(version: .http1_1, method: .GET, uri: "/readyz", headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): status = head.status
        case .body(let part):
            body += Array(part.readableBytesView)
            if body.count > Self.maximum { answer.fail(TooLong()) }
        case .end:
            answer.succeed(.init(isReady: status == .ok, body: String(decoding: body, as: UTF8.self)))
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        answer.fail(ChannelError.eof)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { answer.fail(error) }
}
