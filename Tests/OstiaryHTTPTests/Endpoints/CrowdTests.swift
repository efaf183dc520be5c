// SPDX-License-Identifier: Apache-2.0

import NIOCore
import OstiaryCore
import Synchronization
import Testing

@testable import OstiaryHTTP

@Suite struct CrowdTests {
    private func network(_ address: String) throws -> Network { Network(try #require(IPAddress(address))) }

    @Test func `a network has so many connections and no more`() throws {
        let crowd = Crowd(limits: .init(connectionsPerNetwork: 2))
        let (one, other) = (try network("203.0.113.1"), try network("203.0.113.2"))
        #expect(crowd.enter(one) && crowd.enter(one) && !crowd.enter(one))
        #expect(crowd.enter(other) && crowd.enter(nil) && crowd.enter(nil) && crowd.enter(nil))
        crowd.leave(one)
        #expect(crowd.enter(one) && !crowd.enter(one))
        #expect(try crowd.enter(network("2001:db8::1")) && crowd.enter(network("2001:db8::2")))
        #expect(try !crowd.enter(network("2001:db8::3")), "they are one network")
    }

    @Test func `a crowd that has gone is told once`() {
        let told = Atomic(0)
        let crowd = Crowd { told.add(1, ordering: .relaxed) }
        for _ in 0..<2 {
            for _ in 0..<400 { _ = crowd.enter(nil) }
            for _ in 0..<400 { crowd.leave(nil) }
        }
        #expect(told.load(ordering: .relaxed) == 2)
        for _ in 0..<200 { _ = crowd.enter(nil) }
        for _ in 0..<200 { crowd.leave(nil) }
        #expect(told.load(ordering: .relaxed) == 2, "few leave nothing behind")
    }

    @Test func `bodies grow to what was announced, out of one budget`() {
        let crowd = Crowd(limits: .init(bodies: 10_000))
        func add(_ count: Int, to body: inout IncomingBody) -> IncomingBody.Addition {
            body.add(ByteBuffer(repeating: 1, count: count), reserve: crowd.takeBody)
        }
        var first = IncomingBody(announced: 3_000)
        #expect(add(500, to: &first) == .added && first.reserved == 1_024)
        #expect(add(2_500, to: &first) == .added && first.reserved == 4_096 && first.bytes.count == 3_000)
        var second = IncomingBody(announced: nil)
        #expect(add(5_000, to: &second) == .refused && second.reserved == 0)
        #expect(add(4_000, to: &second) == .added && second.reserved == 4_096)
        crowd.giveBackBody(first.reserved)
        #expect(add(4_000, to: &second) == .added && second.reserved == 8_192)
        var large = IncomingBody(announced: 65_536)
        #expect(add(65_537, to: &large) == .tooLarge)
    }
}
