// SPDX-License-Identifier: Apache-2.0

import NIOCore
import Testing

@testable import OstiaryRedis

@Suite("Redis connection, without its socket") struct RedisConnectionStateMachineTests {
    private typealias Machine = RedisConnectionStateMachine<Int>

    private func time(_ milliseconds: Int64) -> NIODeadline { .uptimeNanoseconds(0) + .milliseconds(milliseconds) }

    private func handshake(_ url: String = "redis://127.0.0.1", tracking: String? = "constance:") throws
        -> RedisHandshake
    {
        RedisHandshake(endpoint: try RedisEndpoint(url), trackedPrefix: tracking, clientName: "ostiary")
    }

    private func ready(_ change: (inout RedisOptions) -> Void = { _ in }) throws -> Machine {
        var options = RedisOptions()
        change(&options)
        var machine = Machine(handshake: try handshake(), options: options)
        _ = machine.opened(deadline: time(1_000))
        for reply in [RESPValue.map([]), .simple("OK"), .simple("PONG")] { _ = machine.received(reply, at: time(0)) }
        return machine
    }

    private func submit(_ machine: inout Machine, _ token: Int, deadline: Int64 = 500, bytes: Int = 10) -> [String] {
        told(machine.submit([UInt8](repeating: 0, count: bytes), token: token, deadline: time(deadline), at: time(0)))
    }

    /// Actions as short texts.
    private func told(_ actions: [Machine.Action]) -> [String] {
        actions.map { action in
            switch action {
            case .write(let bytes): "write \(String(decoding: bytes, as: UTF8.self).split(separator: "\r\n"))"
            case .answer(let token, .success(let value)): "answer \(token) \(value)"
            case .answer(let token, .failure(let error)): "refuse \(token) \(error.code.text)"
            case .ready(let tracking): "ready \(tracking)"
            case .invalidated(let keys): "invalidated \(keys.map { "\($0)" } ?? "all")"
            case .end(let reason): "end \(reason.code.text)"
            }
        }
    }

    @Test("the handshake asks for RESP3, the account, the database and the prefix")
    func greets() throws {
        var machine = Machine(
            handshake: try handshake("redis://me:pass%20word@127.0.0.1:1/5"), options: RedisOptions())
        #expect(
            told(machine.opened(deadline: time(1_000)))
                == [
                    #"write ["*7", "$5", "HELLO", "$1", "3", "$4", "AUTH", "$2", "me", "$9", "pass word", "$7", "#
                        + #""SETNAME", "$7", "ostiary"]"#
                ])
        #expect(
            told(machine.received(.map([]), at: time(1))) == [#"write ["*2", "$6", "SELECT", "$1", "5"]"#])
        #expect(
            told(machine.received(.simple("OK"), at: time(2)))
                == [
                    #"write ["*6", "$6", "CLIENT", "$8", "TRACKING", "$2", "ON", "$5", "BCAST", "$6", "PREFIX", "$10", "#
                        + #""constance:"]"#
                ])
        #expect(told(machine.received(.simple("OK"), at: time(3))) == [#"write ["*1", "$4", "PING"]"#])
        #expect(told(machine.received(.simple("PONG"), at: time(4))) == ["ready true"])
    }

    @Test("a server without RESP3 is polled, one without the right account is left")
    func refusedHandshakes() throws {
        var old = Machine(handshake: try handshake(), options: RedisOptions())
        _ = old.opened(deadline: time(1_000))
        #expect(told(old.received(.error("NOPROTO no"), at: time(1))) == [#"write ["*1", "$4", "PING"]"#])
        #expect(told(old.received(.simple("PONG"), at: time(2))) == ["ready false"])

        var untracked = Machine(handshake: try handshake(), options: RedisOptions())
        _ = untracked.opened(deadline: time(1_000))
        _ = untracked.received(.map([]), at: time(1))
        _ = untracked.received(.error("NOPERM no"), at: time(2))
        #expect(told(untracked.received(.simple("PONG"), at: time(3))) == ["ready false"])

        for (reply, reason) in [
            ("WRONGPASS no", "user or password refused"), ("NOAUTH no", "user or password refused"),
            ("LOADING no", "the server is loading its data"),
            ("ERR max number of clients", "the server has too many clients"),
        ] {
            var machine = Machine(handshake: try handshake("redis://:secret@127.0.0.1"), options: RedisOptions())
            _ = machine.opened(deadline: time(1_000))
            #expect(told(machine.received(.error(reply), at: time(1))) == ["end \(reason)"])
        }
    }

    @Test("a handshake that takes too long ends")
    func slowHandshake() throws {
        var machine = Machine(handshake: try handshake(), options: RedisOptions())
        _ = machine.opened(deadline: time(1_000))
        #expect(machine.wakeUp == time(1_000))
        #expect(told(machine.tick(at: time(999))).isEmpty)
        #expect(told(machine.tick(at: time(1_000))) == ["end no answer in time"])
        #expect(told(machine.tick(at: time(2_000))).isEmpty, "told once only")
    }

    @Test("replies are given out in the order of the commands; an error is one of them")
    func pipelining() throws {
        var machine = try ready()
        for token in 1...3 { #expect(submit(&machine, token).count == 1) }
        #expect(machine.inFlight == 3)
        #expect(told(machine.received(.integer(1), at: time(1))) == ["answer 1 integer(1)"])
        #expect(told(machine.received(.error("ERR x"), at: time(1))) == ["refuse 2 refused by the server"])
        #expect(
            told(machine.received(.push([.simple("invalidate"), .array([.bulk(Array("a".utf8))])]), at: time(1)))
                == [#"invalidated ["a"]"#])
        #expect(told(machine.received(.push([.simple("invalidate"), .null]), at: time(1))) == ["invalidated all"])
        #expect(told(machine.received(.push([.simple("message")]), at: time(1))).isEmpty)
        #expect(told(machine.received(.null, at: time(1))) == ["answer 3 null"])
    }

    @Test("a reply that nobody waits for ends the connection")
    func unasked() throws {
        var machine = try ready()
        #expect(told(machine.received(.simple("OK"), at: time(1))) == ["end malformed, oversized or unexpected reply"])
        #expect(told(machine.received(.simple("OK"), at: time(1))).isEmpty)
        #expect(submit(&machine, 1) == ["refuse 1 not connected"])
    }

    @Test("a missed deadline ends the connection, and each command learns its own reason")
    func deadlines() throws {
        var machine = try ready()
        _ = submit(&machine, 1, deadline: 100)
        _ = submit(&machine, 2, deadline: 300)
        #expect(machine.wakeUp <= time(100))
        #expect(told(machine.tick(at: time(99))).isEmpty)
        #expect(
            told(machine.tick(at: time(100)))
                == ["end no answer in time", "refuse 1 no answer in time", "refuse 2 the connection was closed"])
        #expect(told(machine.received(.simple("late"), at: time(101))).isEmpty)
    }

    @Test("commands and their bytes are bounded")
    func bounded() throws {
        var machine = try ready {
            $0.commandsInFlight = 2; $0.bytesInFlight = 100
        }
        #expect(submit(&machine, 1, bytes: 101) == ["refuse 1 too many commands in flight"])
        _ = submit(&machine, 2, bytes: 60)
        #expect(submit(&machine, 3, bytes: 41) == ["refuse 3 too many commands in flight"])
        _ = submit(&machine, 4, bytes: 40)
        #expect(submit(&machine, 5, bytes: 0) == ["refuse 5 too many commands in flight"])
        _ = machine.received(.null, at: time(1))
        #expect(submit(&machine, 6, bytes: 60).first?.hasPrefix("write") == true)
        #expect(submit(&machine, 7, deadline: 0) == ["refuse 7 no answer in time"])
    }

    @Test("a silent server is asked for a sign of life, and left without one")
    func pings() throws {
        var machine = try ready()
        #expect(machine.wakeUp == time(1_000))
        #expect(told(machine.tick(at: time(1_000))) == [#"write ["*1", "$4", "PING"]"#])
        #expect(told(machine.received(.simple("PONG"), at: time(1_010))).isEmpty)
        #expect(told(machine.tick(at: time(1_900))).isEmpty)
        #expect(told(machine.tick(at: time(2_010))) == [#"write ["*1", "$4", "PING"]"#])
        #expect(told(machine.tick(at: time(2_810))) == ["end no answer in time"])
    }

    @Test("a server that begins to load its data is left, and the command told why")
    func loading() throws {
        var machine = try ready()
        _ = submit(&machine, 1)
        #expect(
            told(machine.received(.error("LOADING Redis is loading"), at: time(1)))
                == ["end the server is loading its data", "refuse 1 the server is loading its data"])
    }

    @Test("a closed socket answers everybody")
    func closed() throws {
        var machine = try ready()
        for token in 1...3 { _ = submit(&machine, token) }
        let actions = told(machine.failed(RedisError(.connectionClosed)))
        #expect(actions.first == "end the connection was closed")
        #expect(
            actions.dropFirst() == [
                "refuse 1 the connection was closed", "refuse 2 the connection was closed",
                "refuse 3 the connection was closed",
            ])
        #expect(told(machine.failed(RedisError(.connectionClosed))).isEmpty)
    }
}
