// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import NIOCore
import NIOHTTP1
import OstiaryCore
import Testing

@testable import OstiaryHTTP

@Suite("The rules of a connection, without a channel")
struct ConnectionStateMachineTests {
    private final class Budget {
        var left: Int
        init(_ left: Int) { self.left = left }

        var machine: ConnectionStateMachine {
            ConnectionStateMachine(
                budget: .init(
                    reserve: { bytes in
                        guard bytes <= self.left else { return false }
                        self.left -= bytes
                        return true
                    },
                    release: { self.left += $0 }))
        }
    }

    private static func head(
        _ method: HTTPMethod = .GET, _ fields: [(String, String)] = [], version: HTTPVersion = .http1_1
    ) -> ConnectionStateMachine.Part {
        .head(HTTPRequestHead(version: version, method: method, uri: "/", headers: HTTPHeaders(fields)))
    }

    private static func body(_ count: Int) -> ConnectionStateMachine.Part {
        .body(ByteBuffer(repeating: 0x61, count: count))
    }

    private static let answer = EncodedResponse(OutgoingResponse(.ok))
    private static let last = EncodedResponse(OutgoingResponse(.ok, [.connection: "close"]))

    /// The names of the actions that follow one after the other.
    private func names(_ machine: inout ConnectionStateMachine, _ first: ConnectionStateMachine.Action?) -> [String] {
        var names: [String] = []
        var next = first
        while let action = next, names.count < 10 {
            names.append(Self.name(action))
            next = machine.next()
        }
        return names
    }

    private static func name(_ action: ConnectionStateMachine.Action) -> String {
        switch action {
        case .writeContinue: "continue"
        case .serve(_, .tooLarge, _): "serve too large"
        case .serve(_, .bytes(let bytes), let mayBeImmediate): "serve \(bytes.count)\(mayBeImmediate ? "" : " later")"
        case .write(_, let isLast): isLast ? "write last" : "write"
        case .stopDecoding: "stop"
        case .closeOutput: "close output"
        case .close: "close"
        }
    }

    @Test("serves one request at a time, the next when the client has taken the answer")
    func order() {
        var machine = ConnectionStateMachine()
        #expect(names(&machine, machine.receive(Self.head())) == [])
        #expect(names(&machine, machine.receive(.end)) == ["serve 0"])
        // Pipelined behind it (RFC 9112 §9.3.2).
        #expect(names(&machine, machine.receive(Self.head(.POST, [("content-length", "3")]))) == [])
        #expect(names(&machine, machine.receive(Self.body(3))) == [])
        #expect(names(&machine, machine.receive(.end)) == [])
        #expect(names(&machine, machine.respond(Self.answer)) == ["write"])
        #expect(names(&machine, machine.written()) == [])
        #expect(names(&machine, machine.next()) == ["serve 3"])
        #expect(names(&machine, machine.respond(Self.answer)) == ["write"])
        #expect(machine.written() == nil && machine.next() == nil && machine.phase == .idle)
    }

    @Test("serves a request that is too large at once, announced or not, and goes on behind it")
    func tooLarge() {
        let limit = IncomingRequest.Body.maximumSize
        var machine = ConnectionStateMachine()
        #expect(
            names(&machine, machine.receive(Self.head(.POST, [("content-length", "\(limit + 1)")]))) == [
                "serve too large"
            ])
        #expect(names(&machine, machine.receive(Self.body(limit + 1))) == [])
        #expect(names(&machine, machine.respond(Self.answer)) == ["write"])
        #expect(machine.written() == nil)
        #expect(names(&machine, machine.receive(.end)) == [])
        #expect(names(&machine, machine.receive(Self.head(.POST, [("transfer-encoding", "chunked")]))) == [])
        #expect(names(&machine, machine.receive(Self.body(limit))) == [])
        #expect(names(&machine, machine.receive(Self.body(1))) == ["serve too large"])
    }

    @Test("takes bodies from the budget, refuses where nothing is left, and gives all of it back")
    func budget() {
        let budget = Budget(4_096)
        var machine = budget.machine
        _ = machine.receive(Self.head(.POST, [("content-length", "3000")]))
        #expect(names(&machine, machine.receive(Self.body(3_000))) == [] && budget.left == 0)
        #expect(names(&machine, machine.receive(.end)) == ["serve 3000"])
        _ = machine.respond(Self.answer)
        #expect(machine.written() == nil && machine.next() == nil && budget.left == 4_096)
        _ = machine.receive(Self.head(.POST, [("content-length", "5000")]))
        #expect(names(&machine, machine.receive(Self.body(4_097))) == ["write last"])
        machine.closed()
        #expect(budget.left == 4_096)
    }

    @Test("after an unclear request nothing is decoded, and the one before it is answered, once")
    func unclear() {
        let smuggled = Self.head(.POST, [("content-length", "3"), ("transfer-encoding", "chunked")])
        var first = ConnectionStateMachine()
        #expect(names(&first, first.receive(smuggled)) == ["write last"])
        #expect(names(&first, first.receive(.end)) == [] && names(&first, first.written()) == ["close output"])
        var second = ConnectionStateMachine()
        _ = second.receive(Self.head())
        _ = second.receive(.end)
        #expect(names(&second, second.receive(smuggled)) == [])
        #expect(names(&second, second.respond(Self.answer)) == ["write"])
        #expect(second.written() == nil && names(&second, second.next()) == ["write last"])
        // Served before its end came in, and the end never comes.
        var third = ConnectionStateMachine()
        _ = third.receive(Self.head(.POST, [("content-length", "70000")]))
        #expect(names(&third, third.receive(.malformed)) == ["stop"])
        #expect(names(&third, third.respond(Self.answer)) == ["write last"])
        #expect(names(&third, third.written()) == ["close output"])
    }

    @Test("an answer that says so is the last, as one to HTTP/1.0, to «close» and to an upgrade")
    func last() {
        let requests: [ConnectionStateMachine.Part] = [
            Self.head(version: .http1_0), Self.head(.GET, [("connection", "keep-alive, Close")]),
            Self.head(.GET, [("connection", "upgrade"), ("upgrade", "h2c")]),
        ]
        for request in requests {
            var machine = ConnectionStateMachine()
            _ = machine.receive(request)
            #expect(names(&machine, machine.receive(.end)) == ["serve 0 later"])
            #expect(names(&machine, machine.respond(Self.answer)) == ["write last"])
        }
        var machine = ConnectionStateMachine()
        _ = machine.receive(Self.head())
        _ = machine.receive(.end)
        _ = machine.receive(Self.head())
        #expect(names(&machine, machine.respond(Self.last)) == ["write last"])
        #expect(names(&machine, machine.written()) == ["close output"])
        #expect(machine.next() == nil && machine.isEnding, "requests that wait are not executed")
    }

    @Test("a request that leaves HTTP is the last, and not the one that waits before it")
    func upgradeBehindOthers() {
        var machine = ConnectionStateMachine()
        let upgrade = Self.head(.GET, [("connection", "upgrade"), ("upgrade", "h2c")])
        #expect(names(&machine, machine.receive(Self.head())) == [])
        #expect(names(&machine, machine.receive(.end)) == ["serve 0"])
        for part in [Self.head(), .end, upgrade, .end] { #expect(names(&machine, machine.receive(part)) == []) }
        for expected in ["serve 0", "serve 0 later"] {
            #expect(names(&machine, machine.respond(Self.answer)) == ["write"])
            #expect(machine.written() == nil && names(&machine, machine.next()) == [expected])
        }
        #expect(names(&machine, machine.respond(Self.answer)) == ["write last"])
    }

    @Test("asks for a body that its client holds back")
    func expectation() {
        var machine = ConnectionStateMachine()
        let head = Self.head(.POST, [("expect", "100-Continue"), ("content-length", "1")])
        #expect(names(&machine, machine.receive(head)) == ["continue"])
        // The same behind another request: the parts behind the interim answer are taken, too.
        _ = machine.receive(Self.body(1))
        #expect(names(&machine, machine.receive(.end)) == ["serve 1"])
        _ = [head, Self.body(1), .end].map { machine.receive($0) }
        _ = machine.respond(Self.answer)
        #expect(machine.written() == nil && names(&machine, machine.next()) == ["continue", "serve 1"])
    }

    @Test("closes once: at once where nothing is under way, else behind the answer")
    func closing() {
        var idle = ConnectionStateMachine()
        #expect(names(&idle, idle.quiesce()) == ["close"])
        var half = ConnectionStateMachine()
        _ = half.receive(Self.head(.POST, [("content-length", "5")]))
        #expect(names(&half, half.inputClosed()) == ["close"], "the rest of the body never comes")
        var busy = ConnectionStateMachine()
        _ = busy.receive(Self.head())
        _ = busy.receive(.end)
        #expect(names(&busy, busy.inputClosed()) == [])
        #expect(names(&busy, busy.respond(Self.answer)) == ["write last"])
        #expect(names(&busy, busy.written()) == ["close"])
    }

    @Test("waits for its client as long as the phase allows, and not at all while it works itself")
    func deadlines() {
        var machine = ConnectionStateMachine(limits: ConnectionLimits(head: .seconds(1), body: .seconds(2)))
        func at(_ seconds: Int64) -> NIODeadline { .uptimeNanoseconds(0) + .seconds(seconds) }
        #expect(machine.settle(at: at(10)) && machine.deadline == at(11))
        #expect(!machine.settle(at: at(11)) && machine.deadline == at(11), "a head may drip, its deadline stays")
        _ = machine.receive(Self.head(.POST, [("content-length", "1")]))
        #expect(machine.settle(at: at(11)) && machine.deadline == at(13))
        _ = machine.receive(Self.body(1))
        #expect(!machine.settle(at: at(12)) && machine.deadline == at(13))
        _ = machine.receive(.end)
        #expect(machine.settle(at: at(12)) && machine.deadline == nil)
        _ = machine.respond(Self.answer)
        machine.wait(for: .writing, at: at(20))
        #expect(machine.deadline == at(50))
        _ = machine.written()
        _ = machine.next()
        #expect(machine.settle(at: at(21)) && machine.deadline == at(96))
        machine.bytesArrived()
        #expect(machine.settle(at: at(30)) && machine.deadline == at(31))
    }
}
