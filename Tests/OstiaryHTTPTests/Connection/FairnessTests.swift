// SPDX-License-Identifier: Apache-2.0

import Dispatch
import HTTPTypes
import NIOCore
import NIOPosix
import Synchronization
import Testing

@testable import OstiaryHTTP

@Suite("Two connections on one event loop")
struct FairnessTests {
    /// Answers on the event loop, and holds it at the first request of the flood until the other one is sent.
    private final class Counter: Responder {
        private let counts = Mutex((flood: 0, before: Int?.none))
        private let (beginnings, begin) = AsyncStream.makeStream(of: Void.self)
        let otherIsSent = DispatchSemaphore(value: 0)

        /// The requests of the flood that were answered before the other one; nil until that is answered.
        var before: Int? { counts.withLock { $0.before } }

        func begun() async { for await _ in beginnings { return } }

        func respond(to request: IncomingRequest) async -> OutgoingResponse { OutgoingResponse(.notFound) }

        func immediateResponse(to request: IncomingRequest) -> EncodedResponse? {
            let isFirst = counts.withLock { counts in
                if request.path == "/other" { counts.before = counts.flood } else { counts.flood += 1 }
                return counts.flood == 1 && counts.before == nil
            }
            if isFirst {
                begin.yield()
                otherIsSent.wait()
            }
            return EncodedResponse(OutgoingResponse(.notFound, [.contentLength: "0"]))
        }
    }

    @Test("a request is answered among the first of a thousand that another connection has pipelined")
    func flood() async throws {
        let counter = Counter()
        let (servers, clients) = (
            MultiThreadedEventLoopGroup(numberOfThreads: 1), MultiThreadedEventLoopGroup.singleton
        )
        let listener = try await ServerBootstrap(group: servers).childChannelInitializer { channel in
            channel.eventLoop.makeCompletedFuture { try ConnectionSetup(counter).install(on: channel) }
        }.bind(host: "127.0.0.1", port: 0).get()
        let address = try #require(listener.localAddress)
        let flooding = try await ClientBootstrap(group: clients).connect(to: address).get()
        let other = try await ClientBootstrap(group: clients).connect(to: address).get()

        let request = "GET /flood HTTP/1.1\r\nHost: a\r\n\r\n"
        async let flood: Void = flooding.writeAndFlush(ByteBuffer(string: String(repeating: request, count: 1_500)))
        await counter.begun()
        try await flood
        try await other.writeAndFlush(ByteBuffer(string: "GET /other HTTP/1.1\r\nHost: a\r\n\r\n"))
        counter.otherIsSent.signal()
        while counter.before == nil { try await Task.sleep(for: .milliseconds(5)) }
        #expect(try #require(counter.before) < 150)
        try await servers.shutdownGracefully()
    }
}
