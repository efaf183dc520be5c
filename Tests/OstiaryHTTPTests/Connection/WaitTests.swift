// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import NIOCore
import NIOEmbedded
import Synchronization
import Testing

@testable import OstiaryHTTP

// The limit is for a wait that never ends. Between two steps of a test all other tests of the run have their turns.
@Suite("A request that waits before it is answered", .timeLimit(.minutes(10)))
struct WaitTests {
    /// Lets requests wait until the test ends the wait, and answers with the state of the wait.
    private final class Gate: Responder {
        private let (ends, end) = AsyncStream.makeStream(of: Bool.self)
        private let (beginnings, begin) = AsyncStream.makeStream(of: Void.self)
        /// The answers so far, and the waits that were cancelled.
        let seen = Mutex((answers: 0, cancelled: 0))

        func letGo(_ isOver: Bool) { end.yield(isOver) }

        func begun() async { for await _ in beginnings { return } }

        func respond(to request: IncomingRequest) async -> OutgoingResponse {
            seen.withLock { $0.answers += 1 }
            let body = Array("waited: \(request.hasWaited), cancelled: \(Task.isCancelled)".utf8)
            return OutgoingResponse(.ok, [.contentLength: "\(body.count)"], body: body)
        }

        func wait(before request: IncomingRequest) -> RequestWait? {
            guard request.path.hasSuffix("wait") else { return nil }
            return { [self] in
                begin.yield()
                // A stream ends where its task is cancelled.
                for await isOver in ends { return isOver }
                seen.withLock { $0.cancelled += 1 }
                return true
            }
        }
    }

    private let gate = Gate()

    private func channel() async throws -> NIOAsyncTestingChannel {
        let channel = NIOAsyncTestingChannel()
        try await channel.connect(to: SocketAddress(ipAddress: "192.0.2.1", port: 1))
        try await channel.testingEventLoop.executeInContext { [gate] in
            try ConnectionSetup(gate).install(on: channel)
        }
        return channel
    }

    private func ask(_ channel: NIOAsyncTestingChannel, _ path: String = "/wait") async throws {
        try await channel.writeInbound(ByteBuffer(string: "GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n"))
    }

    private func answer(_ channel: NIOAsyncTestingChannel) async throws -> String {
        // The answer comes to the loop from a task.
        while true {
            await channel.testingEventLoop.run()
            if let part = try await channel.readOutbound(as: ByteBuffer.self) { return String(buffer: part) }
            await Task.yield()
        }
    }

    @Test("is answered once the wait is over, and is told if it may wait again")
    func over() async throws {
        let channel = try await channel()
        for isOver in [true, false] {
            try await ask(channel)
            await gate.begun()
            #expect(gate.seen.withLock { $0.answers } == (isOver ? 0 : 1))
            gate.letGo(isOver)
            #expect(try await answer(channel).hasSuffix("waited: \(isOver), cancelled: false"))
        }
        try await ask(channel, "/other")
        #expect(try await answer(channel).hasSuffix("waited: false, cancelled: false"))
        try await channel.close()
    }

    @Test("is answered at once where the client sends nothing more")
    func inputEnds() async throws {
        let channel = try await channel()
        try await ask(channel)
        await gate.begun()
        try await channel.testingEventLoop.executeInContext {
            channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        }
        let text = try await answer(channel)
        #expect(text.hasSuffix("waited: true, cancelled: false"), "the answer's own task is not cancelled")
        #expect(gate.seen.withLock { $0.cancelled } == 1)
    }

    @Test("is not answered once its connection is gone")
    func gone() async throws {
        let channel = try await channel()
        try await ask(channel)
        await gate.begun()
        try await channel.close()
        while gate.seen.withLock({ $0.cancelled }) == 0 { await Task.yield() }
        for _ in 0..<20 {
            await channel.testingEventLoop.run()
            await Task.yield()
        }
        #expect(gate.seen.withLock { $0.answers } == 0)
    }
}
