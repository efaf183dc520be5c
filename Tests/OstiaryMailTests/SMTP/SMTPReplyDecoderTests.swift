// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport
import Testing

@testable import OstiaryMail

@Suite("Replies of a mail server") struct SMTPReplyDecoderTests {
    private typealias Fault = SMTPReplyDecoder.Fault

    private func decode(_ text: String, limits: SMTPReplyLimits = SMTPReplyLimits()) throws -> [SMTPReply] {
        try decode([Array(text.utf8)], limits: limits)
    }

    private func decode(_ pieces: [[UInt8]], limits: SMTPReplyLimits = SMTPReplyLimits()) throws -> [SMTPReply] {
        var decoder = SMTPReplyDecoder(limits: limits)
        var replies: [SMTPReply] = []
        for piece in pieces {
            decoder.feed(piece)
            while let reply = try decoder.next() { replies.append(reply) }
        }
        return replies
    }

    private func reply(_ code: Int, _ lines: String...) -> SMTPReply {
        SMTPReply(code: code, lines: lines.map { Array($0.utf8) })
    }

    @Test("lines, with a text and without")
    func read() throws {
        #expect(try decode("220 mx ESMTP\r\n") == [reply(220, "mx ESMTP")])
        #expect(try decode("250\r\n250 \n") == [reply(250, ""), reply(250, "")])
        #expect(try decode("250-mx\r\n250-SIZE 1\r\n250 HELP\r\n421 x") == [reply(250, "mx", "SIZE 1", "HELP")])
    }

    @Test(
        "anything else is refused",
        arguments: [
            "\r\n", "HTTP/1.1 400 Bad Request\r\n", "25 x\r\n", "2500 x\r\n", "150 x\r\n", "650 x\r\n", "2x0 x\r\n",
            "250_x\r\n", " 250 x\r\n", "250-a\r\n550 b\r\n", "250-a\r\n251-b\r\n", "\u{FF}\0\r\n", "٢٥٠ x\r\n",
        ])
    func refused(text: String) {
        #expect(throws: Fault.self) { try decode(text) }
    }

    @Test("a line, a reply and its lines are bounded")
    func bounds() throws {
        let line = "250 " + String(repeating: "a", count: 2_042)
        #expect(try decode(line + "\r\n").count == 1)
        #expect(throws: Fault.self) { try decode(line + "a\r\n") }
        #expect(throws: Fault.self, "without an end") { try decode(String(repeating: "2", count: 2_048)) }
        #expect(try decode(String(repeating: "250-a\r\n", count: 63) + "250 a\r\n").count == 1)
        #expect(throws: Fault.self) { try decode(String(repeating: "250-a\r\n", count: 65)) }
        let long = "250-" + String(repeating: "a", count: 2_000) + "\r\n"
        #expect(try decode(String(repeating: long, count: 8) + "250 a\r\n").count == 1)
        #expect(throws: Fault.self) { try decode(String(repeating: long, count: 9)) }
    }

    @Test("the same replies come out however the bytes are split")
    func splits() throws {
        var random = SeededGenerator(seed: SeededGenerator.printedSeed("smtp replies"))
        for _ in 0..<TestScale.count(300) {
            let texts = ["250-a\r\n250 b\r\n", "354\r\n", "220 x\n", "535-\r\n535-5.7.8 no\r\n535 \r\n", "250 \r\n"]
            let text = Array((0..<1 + random.below(6)).map { _ in random.pick(texts) }.joined().utf8)
            var (rest, pieces) = (text[...], [[UInt8]]())
            while !rest.isEmpty {
                let count = 1 + random.below(min(9, rest.count))
                pieces.append(Array(rest.prefix(count)))
                rest = rest.dropFirst(count)
            }
            #expect(try decode(pieces) == decode([text]))
        }
    }

    @Test("extensions are found in any case and with an old sign")
    func extensions() {
        let greeting = reply(250, "AUTH PLAIN", "SIZE 1", "starttls", "auth=plain Login", "AUTHX")
        #expect(greeting.parameters(of: "STARTTLS") == [])
        #expect(greeting.parameters(of: "AUTH") == [Array("PLAIN".utf8), Array("LOGIN".utf8)])
        #expect(greeting.parameters(of: "SIZ") == nil)
    }

    @Test(
        "a message has CRLF, more dots and an end",
        arguments: [
            ("a\r\n", "a\r\n.\r\n"), ("a", "a\r\n.\r\n"), ("", ".\r\n"), (".\r\n", "..\r\n.\r\n"),
            ("a\n.\n..b\r.c\r\n.", "a\r\n..\r\n...b\r\n..c\r\n..\r\n.\r\n"), ("a.\r\nb.", "a.\r\nb.\r\n.\r\n"),
            ("\r\n\r\r\n\n", "\r\n\r\n\r\n\r\n.\r\n"),
        ])
    func data(message: String, sent: String) {
        #expect(String(decoding: SMTPData.encode(Array(message.utf8)), as: UTF8.self) == sent)
    }

    @Test("no message can end itself")
    func smuggling() {
        var random = SeededGenerator(seed: SeededGenerator.printedSeed("smtp data"))
        for _ in 0..<TestScale.count(1_000) {
            let message = (0..<random.below(12)).map { _ in random.pick(["\r", "\n", ".", "a", "\r\n.\r\n"]) }.joined()
            let sent = SMTPData.encode(Array(message.utf8))
            let ends = (0..<max(0, sent.count - 2)).filter { place in
                sent[place...].starts(with: ".\r\n".utf8) && (place == 0 || sent[..<place].last == 0x0A)
            }
            #expect(ends == [sent.count - 3], "\(message.debugDescription)")
            let lone = zip(sent, sent.dropFirst() + [0]).contains { ($0 == 0x0D) != ($1 == 0x0A) }
            #expect(!lone, "\(message.debugDescription)")
        }
    }
}
