// SPDX-License-Identifier: Apache-2.0

import NIOCore
import OstiaryCore
import OstiaryTestSupport
import Testing

@testable import OstiaryMail

@Suite("A conversation that fails, without its socket") struct SMTPFailureTests: MachineTests {
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
}
