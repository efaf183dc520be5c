// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import OstiaryTestSupport
import Testing

@testable import OstiaryMail

@Suite("The bytes of a message") struct MailMessageTests {
    private func headers(_ message: MailMessage) -> [String] {
        let text = String(decoding: message.bytes, as: UTF8.self)
        return text.prefix(upTo: text.firstRange(of: "\r\n\r\n")?.lowerBound ?? text.endIndex)
            .split(separator: "\r\n").map(String.init)
    }

    @Test("the headers are those of a message that a program has written")
    func plain() throws {
        let message = try SampleMails.message(from: "Ostiary <ostiary@example.com>")
        #expect(
            headers(message) == [
                "From: Ostiary <ostiary@example.com>", "To: ann@example.org", "Subject: Hello",
                "Date: Sat, 21 Nov 2026 08:19:00 +0000", "Message-ID: <a1@example.com>",
                "Auto-Submitted: auto-generated", "Content-Language: en", "MIME-Version: 1.0",
                "Content-Type: multipart/alternative; boundary=\"=_a1\"",
            ])
    }

    @Test("a header with a line end, a NUL or without an end is refused")
    func refused() throws {
        for text in ["a\r\nBcc: b@example.com", "a\nb", "a\rb", "a\0b"] {
            #expect(throws: MailMessageError.lineEnd) { try HeaderText(text) }
            #expect(throws: MailMessageError.lineEnd) { try SampleMails.message(subject: text) }
        }
        #expect(throws: MailMessageError.tooLong) { try HeaderText(String(repeating: "a", count: 2_001)) }
        for id in ["", "a>b", "a\r\nb", "a b", "ä", String(repeating: "a", count: 65)] {
            #expect(throws: MailMessageError.invalidID) { try SampleMails.message(id: id) }
        }
        #expect(throws: MailMessageError.invalidAddress) { try SampleMails.message(to: "\"a\u{B}b\"@example.org") }
    }

    @Test(
        "a name is words, a quoted string or encoded words",
        arguments: [
            ("Ann B", "Ann B"), ("Ann, B.", #""Ann, B.""#), (#"A "q" \"#, #""A \"q\" \\""#),
            ("=?utf-8?q?x?=", "=?utf-8?q?=3D=3Futf-8=3Fq=3Fx=3F=3D?="), ("Jürgen", "=?utf-8?q?J=C3=BCrgen?="),
            ("a\tb", "=?utf-8?q?a=09b?="),
        ])
    func names(name: String, written: String) throws {
        #expect(try HeaderText(name).phrase(after: 6) == written)
    }

    @Test("no line of encoded words is longer than 76 bytes, and none splits a character")
    func folded() throws {
        let subject = try HeaderText(String(repeating: "Ünïcode 漢字 🎉 ", count: 30)).unstructured(after: 9)
        let lines = "Subject: \(subject)".split(separator: "\r\n")
        #expect(lines.count > 10 && lines.allSatisfy { $0.utf8.count <= 76 })
        #expect(lines.dropFirst().allSatisfy { $0.hasPrefix(" =?utf-8?q?") && $0.hasSuffix("?=") })
        for line in lines {
            let words = line.split(separator: "?q?")[1].dropLast(2)
            var (bytes, rest) = ([UInt8](), Array(words.utf8)[...])
            while let byte = rest.popFirst() {
                guard byte == UInt8(ascii: "=") else {
                    bytes.append(byte)
                    continue
                }
                bytes.append(UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) ?? 0)
                rest = rest.dropFirst(2)
            }
            #expect(String(validating: bytes, as: UTF8.self) != nil)
        }
    }

    @Test(
        "quoted-printable",
        arguments: [
            ("", ""), ("a", "a\r\n"), ("a\n", "a\r\n"), ("a\r\nb\rc\n\nd", "a\r\nb\r\nc\r\n\r\nd\r\n"),
            ("a=b", "a=3Db\r\n"), ("ä", "=C3=A4\r\n"), ("a \nb\t", "a=20\r\nb=09\r\n"), (".\n..a", ".\r\n..a\r\n"),
            ("a\0b\u{1B}", "a=00b=1B\r\n"),
            (String(repeating: "a", count: 76), String(repeating: "a", count: 76) + "\r\n"),
            (
                String(repeating: "a", count: 77),
                String(repeating: "a", count: 75) + "=\r\naa\r\n"
            ),
        ])
    func quotedPrintable(text: String, encoded: String) {
        #expect(String(decoding: QuotedPrintable.encode(text), as: UTF8.self) == encoded)
    }

    @Test("all lines are ASCII, end with CRLF and are not longer than 76 bytes, whatever is written")
    func lines() throws {
        var random = SeededGenerator(seed: SeededGenerator.printedSeed("mail message"))
        for _ in 0..<TestScale.count(200) {
            let pieces = ["a", " ", "\t", "=", ".", "\n", "\r\n", "\r", "ä", "漢", "\0", "--=_a1", "From "]
            let text = (0..<random.below(400)).map { _ in random.pick(pieces) }.joined()
            let message = try SampleMails.message(text)
            let all = String(decoding: message.bytes, as: UTF8.self).split(
                separator: "\r\n", omittingEmptySubsequences: false)
            #expect(
                all.allSatisfy { line in line.utf8.count <= 76 && line.utf8.allSatisfy { (0x09...0x7E).contains($0) } })
            #expect(all.allSatisfy { line in !line.utf8.contains { $0 == 10 || $0 == 13 } })
            #expect(all.filter { $0.hasPrefix("--=_a1") }.count == 3, "the text cannot end its part")
        }
    }

    @Test(
        "dates",
        arguments: [
            (0, "Thu, 01 Jan 1970 00:00:00 +0000"), (951_782_399, "Mon, 28 Feb 2000 23:59:59 +0000"),
            (951_782_400, "Tue, 29 Feb 2000 00:00:00 +0000"), (1_795_249_140, "Sat, 21 Nov 2026 08:19:00 +0000"),
            (-1, "Wed, 31 Dec 1969 23:59:59 +0000"),
        ] as [(Int64, String)])
    func dates(seconds: Int64, text: String) {
        #expect(Timestamp(seconds: seconds).mailDate == text)
        #expect(Timestamp(microseconds: seconds * 1_000_000 + 999_999).mailDate == text)
    }

    @Test("the ends of time have a date")
    func extremes() {
        #expect(Timestamp(microseconds: .min).mailDate.hasSuffix("+0000"))
        #expect(Timestamp(microseconds: .max).mailDate.hasSuffix("+0000"))
    }
}
