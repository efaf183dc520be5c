// SPDX-License-Identifier: Apache-2.0

import NIOCore
import OstiaryCore
import OstiaryTestSupport
import Testing

@testable import OstiaryMail

@Suite("A connection to a mail server, without its socket") struct SMTPStateMachineTests {
    private typealias Machine = SMTPStateMachine<Int>

    private func time(_ milliseconds: Int64) -> NIODeadline { .uptimeNanoseconds(0) + .milliseconds(milliseconds) }

    private func machine(
        _ url: String = "smtp://me:secret@mx.example.com", _ change: (inout SMTPOptions) -> Void = { _ in }
    ) throws -> Machine {
        guard case .smtp(let endpoint) = try MailURL(url).target else { throw Failure("no endpoint") }
        var options = SMTPOptions()
        options.clientName = "me.example.com"
        change(&options)
        return Machine(endpoint: endpoint, options: options, isObserved: true)
    }

    private func envelope(_ text: String = "Hello.\n") throws -> SMTPEnvelope {
        SMTPEnvelope(try SampleMails.message(text))
    }

    /// The actions as short texts.
    private func told(_ actions: [Machine.Action]) -> [String] {
        actions.compactMap { action in
            switch action {
            case .write(let bytes): "> \(String(decoding: bytes, as: UTF8.self).split(separator: "\r\n").first ?? "")"
            case .startTLS: "tls"
            case .answer(let token, .sent): "\(token) sent"
            case .answer(let token, .stale): "\(token) stale"
            case .answer(let token, .failed(let failure)): "\(token) \(failure.kind) \(failure)"
            case .tell: nil
            case .end: "end"
            }
        }
    }

    private func lines(_ actions: [Machine.Action]) -> [String] {
        actions.compactMap { if case .tell(let line) = $0 { line } else { nil } }
    }

    private func say(_ machine: inout Machine, _ text: String, at now: Int64 = 0) -> [String] {
        told(machine.received("\(text)\r\n".utf8, at: time(now)))
    }

    /// A machine over TLS that waits for a message.
    private func ready(_ change: (inout SMTPOptions) -> Void = { _ in }) throws -> Machine {
        var machine = try machine("smtps://mx.example.com", change)
        _ = machine.opened(at: time(0))
        _ = machine.secured(at: time(0))
        _ = say(&machine, "220 mx")
        _ = say(&machine, "250 mx")
        return machine
    }

    private func submit(_ machine: inout Machine, _ token: Int = 1, deadline: Int64 = 120_000) throws -> [String] {
        told(machine.submit(try envelope(), token: token, deadline: time(deadline), at: time(0)))
    }

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

    @Test(
        "what is wrong before the message ends the connection, and nothing is said of a login without TLS",
        arguments: [
            (["554 no"], "banner: the mail server takes no mail (554)"),
            (["421 busy"], "banner: the mail server closes the connection (421)"),
            (["HTTP/1.1 400 Bad Request"], "banner: the reply is not one of SMTP"),
            (["220 mx", "502 no"], "ehlo: the mail server refuses EHLO (502)"),
            (["220 mx", "250-a\r\n550 b"], "ehlo: the lines of the reply have different codes"),
            (["220 mx", "250-mx\r\n250 AUTH PLAIN"], "ehlo: the mail server offers no STARTTLS"),
            (["220 mx", "250-mx\r\n250 STARTTLS", "454 no"], "starttls: the mail server refuses STARTTLS (454)"),
            (["220 mx", "250-mx\r\n250 STARTTLS", "220 go\r\n250 x"], "starttls: bytes arrived before TLS"),
            (["220 mx", "250-mx\r\n250 STARTTLS", "220 go\r\n2"], "starttls: bytes arrived before TLS"),
            (["220 mx", "250-mx\r\n250 STARTTLS", "220 go", "250 x"], "tls: bytes arrived in the place of TLS"),
        ])
    func handshake(replies: [String], failure: String) throws {
        var machine = try machine()
        _ = machine.opened(at: time(0))
        _ = try submit(&machine)
        var heard: [String] = []
        for reply in replies { heard += say(&machine, reply) }
        #expect(heard.suffix(2) == ["end", "1 unavailable \(failure)"])
        #expect(!heard.contains { $0.contains("AUTH") || $0.contains("MAIL") })
        #expect(try submit(&machine, 2) == ["2 unavailable \(failure)"])
    }

    @Test(
        "a login that fails",
        arguments: [
            (["250 mx"], "auth: the mail server offers neither AUTH PLAIN nor AUTH LOGIN"),
            (["250-mx\r\n250 AUTH GSSAPI"], "auth: the mail server offers neither AUTH PLAIN nor AUTH LOGIN"),
            (["250-mx\r\n250 AUTH PLAIN", "535 no"], "auth: the mail server refuses the login (535)"),
            (["250-mx\r\n250 AUTH PLAIN", "454 later"], "auth: the mail server refuses the login (454)"),
            (["250-mx\r\n250 AUTH PLAIN", "334 "], "auth: the mail server refuses the login (334)"),
            (["250-mx\r\n250 AUTH LOGIN", "334 u", "235 ok"], "auth: the mail server refuses the login (235)"),
            (
                ["250-mx\r\n250 AUTH LOGIN", "334 u", "334 p", "535 no"],
                "auth: the mail server refuses the login (535)"
            ),
        ])
    func login(replies: [String], failure: String) throws {
        var machine = try machine("smtps://me:secret@mx.example.com")
        _ = machine.opened(at: time(0))
        _ = machine.secured(at: time(0))
        _ = try submit(&machine)
        var heard: [String] = []
        for reply in ["220 mx"] + replies { heard += say(&machine, reply) }
        #expect(heard.suffix(2) == ["end", "1 unavailable \(failure)"])
    }

    @Test("a login is never sent without TLS, not even if the endpoint were wrong")
    func plainLogin() throws {
        let endpoint = SMTPEndpoint(
            host: "localhost", port: 25, security: .none, credentials: .init(user: "me", password: "secret"),
            trustRootsFile: nil)
        var machine = Machine(endpoint: endpoint, options: SMTPOptions())
        _ = machine.opened(at: time(0))
        _ = say(&machine, "220 mx")
        #expect(say(&machine, "250-mx\r\n250 AUTH PLAIN") == ["end"])
    }

    @Test(
        "a message that is refused or deferred leaves the connection in use",
        arguments: [
            (["550 no"], "refused sender: the mail server refuses the message (550)"),
            (["450 no"], "deferred sender: the mail server asks to try later (450)"),
            (["250 ok", "553 no"], "refused recipient: the mail server refuses the message (553)"),
            (["250 ok", "451 no"], "deferred recipient: the mail server asks to try later (451)"),
            (["250 ok", "250 ok", "554 no"], "refused data: the mail server refuses the message (554)"),
            (["250 ok", "250 ok", "452 no"], "deferred data: the mail server asks to try later (452)"),
            (["250 ok", "250 ok", "354 go", "552 no"], "refused message: the mail server refuses the message (552)"),
            (["250 ok", "250 ok", "354 go", "451 no"], "deferred message: the mail server asks to try later (451)"),
        ])
    func failed(replies: [String], failure: String) throws {
        var machine = try ready()
        _ = try submit(&machine)
        var heard: [String] = []
        for reply in replies { heard += say(&machine, reply) }
        if replies.count < 4 {
            #expect(heard.last == "> RSET")
            heard += say(&machine, "250 ok")
        }
        #expect(heard.last == "1 \(failure)")
        #expect(try submit(&machine, 2) == ["> MAIL FROM:<ostiary@example.com>"])
    }

    @Test("a message keeps its verdict if the connection ends before it is reset")
    func failedAndLost() throws {
        var machine = try ready()
        _ = try submit(&machine)
        _ = say(&machine, "550 no")
        #expect(
            told(machine.failed("lost", at: time(1))) == [
                "end", "1 refused sender: the mail server refuses the message (550)",
            ])
    }

    @Test(
        "an end in the middle of a message is no verdict on it",
        arguments: [
            (["421 no"], "sender: the mail server closes the connection (421)"),
            (["530 login"], "sender: the mail server wants a login or TLS (530)"),
            (["354 go"], "sender: a reply has an unexpected code (354)"),
            (["250 ok", "421 no"], "recipient: the mail server closes the connection (421)"),
            (["250 ok", "250 ok", "250 ok"], "data: a reply has an unexpected code (250)"),
            (["250 ok", "250 ok", "354 go", "354 go"], "message: a reply has an unexpected code (354)"),
            (["250 ok", "250 ok", "354 go", "421 no"], "message: the mail server closes the connection (421)"),
        ])
    func lost(replies: [String], failure: String) throws {
        var machine = try ready()
        _ = try submit(&machine)
        var heard: [String] = []
        for reply in replies { heard += say(&machine, reply) }
        #expect(heard.suffix(2) == ["end", "1 unavailable \(failure)"])
    }

    @Test("a connection that was closed while it was kept is known by that")
    func stale() throws {
        for news in ["421 idle", "250 x", "\u{1}"] {
            var machine = try ready()
            #expect(say(&machine, news) == ["end"])
            #expect(try submit(&machine) == ["1 stale"])
        }
        var used = try ready()
        _ = try submit(&used)
        for reply in ["250 ok", "250 ok", "354 go", "250 ok"] { _ = say(&used, reply) }
        _ = try submit(&used, 2)
        #expect(say(&used, "421 too many") == ["end", "2 stale"])

        var fresh = try ready()
        _ = try submit(&fresh)
        #expect(told(fresh.failed("lost", at: time(1))) == ["end", "1 unavailable sender: lost"])
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
