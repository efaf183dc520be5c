// SPDX-License-Identifier: Apache-2.0

import NIOCore
import OstiaryCore
import OstiaryTestSupport
import Testing

@testable import OstiaryMail

@Suite("A connection to a mail server, without its socket") struct SMTPStateMachineTests: MachineTests {
    @Test("STARTTLS, the login and a message")
    func whole() throws {
        var machine = try machine()
        #expect(told(machine.opened(at: time(0))).isEmpty)
        #expect(try submit(&machine).isEmpty, "it waits for the server")
        #expect(say(&machine, "220 mx") == ["> EHLO me.example.com"])
        #expect(say(&machine, "250-mx\r\n250-AUTH PLAIN LOGIN\r\n250 STARTTLS") == ["> STARTTLS"])
        #expect(say(&machine, "220 go") == ["tls"])
        #expect(told(machine.secured(at: time(0))) == ["> EHLO me.example.com"])
        #expect(say(&machine, "250-mx\r\n250 AUTH LOGIN PLAIN") == ["> AUTH PLAIN AG1lAHNlY3JldA=="])
        #expect(say(&machine, "235 ok") == ["> MAIL FROM:<ostiary@example.com>"])
        #expect(say(&machine, "250 ok") == ["> RCPT TO:<ann@example.org>"])
        #expect(say(&machine, "251 ok") == ["> DATA"])
        #expect(say(&machine, "354 go") == ["> From: ostiary@example.com"])
        #expect(say(&machine, "250 ok") == ["1 sent"])
        #expect(told(machine.tick(at: time(4_999))).isEmpty)
        #expect(told(machine.tick(at: time(5_000))) == ["> QUIT"])
        #expect(try submit(&machine, 2) == ["2 stale"])
        #expect(say(&machine, "221 bye") == ["end"])
        #expect(try submit(&machine, 3) == ["3 stale"])
    }

    @Test("the dialogue hides the login and leaves the message out")
    func observed() throws {
        for mechanisms in ["PLAIN LOGIN", "LOGIN"] {
            var machine = try machine("smtps://me:secret@mx.example.com")
            _ = machine.submit(try envelope("Link\n"), token: 1, deadline: time(9_000), at: time(0))
            var heard = machine.opened(at: time(0)) + machine.secured(at: time(0))
            var replies = ["220 mx\u{1B}[2J", "250-mx\r\n250 AUTH \(mechanisms)"]
            replies += mechanisms == "LOGIN" ? ["334 VXNlcjo=", "334 UGFzczo="] : []
            for reply in replies + ["235 ok", "250 ok", "250 ok", "354 go", "250 ok"] {
                heard += machine.received("\(reply)\r\n".utf8, at: time(0))
            }
            let dialogue = lines(heard)
            #expect(dialogue.contains("S: 220 mx?[2J") && dialogue.contains("C: RCPT TO:<ann@example.org>"))
            for secret in ["secret", "AG1lAHNlY3JldA==", "bWU=", "c2VjcmV0", "Link", "Hello"] {
                #expect(!dialogue.contains { $0.contains(secret) }, "\(secret) in \(dialogue)")
            }
            let written = told(heard)
            #expect(mechanisms != "LOGIN" || written.prefix(4).suffix(3) == ["> AUTH LOGIN", "> bWU=", "> c2VjcmV0"])
            #expect(written.last == "1 sent")
        }
    }

    @Test("each step has a deadline, and so has the message")
    func deadlines() throws {
        var silent = try machine()
        _ = silent.opened(at: time(0))
        _ = try submit(&silent)
        #expect(told(silent.tick(at: time(29_999))).isEmpty)
        #expect(told(silent.tick(at: time(30_000))) == ["end", "1 unavailable banner: no answer in time"])
        #expect(silent.wakeUp == .distantFuture)

        var slow = try ready()
        _ = try submit(&slow, deadline: 50_000)
        _ = say(&slow, "250 ok", at: 25_000)
        #expect(slow.wakeUp == time(50_000))
        #expect(told(slow.tick(at: time(50_000))) == ["end", "1 unavailable recipient: no answer in time"])
    }

    @Test("a connection takes a bounded number of messages, one at a time")
    func several() throws {
        var machine = try ready { $0.messagesPerConnection = 2 }
        for token in 1...2 {
            _ = try submit(&machine, token)
            #expect(try submit(&machine, 9) == ["9 unavailable sender: another message is under way"])
            for reply in ["250 ok", "250 ok", "354 go"] { _ = say(&machine, reply) }
            #expect(say(&machine, "250 ok") == (token == 1 ? ["1 sent"] : ["2 sent", "> QUIT"]))
        }
        #expect(try submit(&machine, 3) == ["3 stale"])
        #expect(told(machine.tick(at: time(2_000))) == ["end"])
    }

    @Test("the conversation does not depend on how the bytes are split")
    func splits() throws {
        let texts = [
            "220-a\r\n220 mx\r\n", "250-mx\r\n250 SIZE\r\n", "250 ok\r\n", "250 ok\r\n", "354 go\r\n", "250 ok\r\n",
        ]
        var random = SeededGenerator(seed: SeededGenerator.printedSeed("smtp conversation"))
        for _ in 0..<TestScale.count(100) {
            var machine = try machine("smtps://mx.example.com")
            _ = machine.opened(at: time(0))
            _ = machine.secured(at: time(0))
            _ = try submit(&machine)
            var heard: [String] = []
            for text in texts {
                var rest = Array(text.utf8)[...]
                while !rest.isEmpty {
                    let count = 1 + random.below(rest.count)
                    heard += told(machine.received(rest.prefix(count), at: time(0)))
                    rest = rest.dropFirst(count)
                }
            }
            #expect(heard.count == 6 && heard.last == "1 sent")
        }
    }

    @Test("any bytes at any step end in an answer and no trap")
    func garbage() throws {
        var random = SeededGenerator(seed: SeededGenerator.printedSeed("smtp garbage"))
        let texts = [
            "220 a", "250 ok", "250-AUTH PLAIN\r\n250 x", "354 x", "550 x", "450 x", "421 x", "334 x", "235 x",
        ]
        for _ in 0..<TestScale.count(500) {
            var machine = try machine(
                random.pick(["smtp://a:b@h", "smtps://a:b@h", "smtps://h", "smtp://localhost?tls=off"]))
            var heard = told(machine.opened(at: time(0))) + told(machine.secured(at: time(0)))
            heard += try submit(&machine)
            for step in 0..<30 {
                let bytes = random.chance(8) ? random.bytes(random.below(9)) : Array("\(random.pick(texts))\r\n".utf8)
                heard += told(machine.received(bytes, at: time(Int64(step))))
                if random.chance(9) { heard += told(machine.secured(at: time(Int64(step)))) }
                if random.chance(40) { heard += told(machine.tick(at: time(Int64(random.below(200_000))))) }
            }
            heard += told(machine.failed("lost", at: time(1)))
            #expect(heard.count { $0.hasPrefix("1 ") } == 1 && heard.count { $0 == "end" } <= 1)
        }
    }
}
