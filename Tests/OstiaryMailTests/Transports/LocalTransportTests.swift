// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import Glibc
import OstiaryCore
import OstiaryTestSupport
import Testing

@testable import OstiaryMail

@Suite("Messages that stay on the machine", .onItsOwnThread) struct LocalTransportTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    /// A program that is called in the place of sendmail.
    private func program(_ lines: String) throws -> String {
        let file = directory.file("program")
        #expect(FileManager.default.createFile(atPath: file, contents: Data("#!/bin/sh\n\(lines)\n".utf8)))
        chmod(file, 0o755)
        return file
    }

    private func failure(_ transport: some MailTransport, _ message: MailMessage) async -> MailFailure? {
        await #expect(throws: MailFailure.self) { try await transport.send(message) }
    }

    @Test("sendmail gets its arguments one by one, the message, and neither environment nor descriptors")
    func sendmail() async throws {
        setenv("OSTIARY_TEST_SECRET", "secret", 1)
        let descriptor = open("/dev/null", O_RDONLY)
        defer { close(descriptor) }
        let folder = directory.path
        let transport = SendmailTransport(
            try program(
                """
                printf '%s\\n' "$@" >\(folder)/arguments
                env >\(folder)/environment
                ls -l /proc/self/fd >\(folder)/descriptors
                cat >\(folder)/input
                """))
        let message = try SampleMails.message(
            ".\nHello.\n", to: "-x;$(touch${IFS}y)`z`@example.org".filter { $0 != ";" && $0 != "(" && $0 != ")" })
        try await transport.send(message)
        await transport.close()
        #expect(
            text(ofFile: directory.file("arguments"))
                == "-i\n-f\nostiary@example.com\n--\n\(message.recipient.text)\n")
        #expect(
            text(ofFile: directory.file("input"))
                == String(decoding: message.bytes.filter { $0 != 0x0D }, as: UTF8.self))
        #expect(!text(ofFile: directory.file("environment")).contains("secret"))
        // Standard streams, the output of ls, and the folder that it reads.
        let descriptors = text(ofFile: directory.file("descriptors")).split(separator: "\n").filter {
            $0.contains("->")
        }
        #expect(descriptors.count <= 4, "\(descriptors)")
    }

    @Test(
        "the exit code of sendmail is the verdict",
        arguments: [
            (1, .deferred), (64, .refused), (65, .refused), (67, .refused), (69, .unavailable), (74, .unavailable),
            (75, .deferred), (76, .refused), (77, .unavailable), (78, .unavailable), (127, .refused),
        ] as [(Int, MailFailure.Kind)])
    func codes(code: Int, kind: MailFailure.Kind) async throws {
        let transport = SendmailTransport(try program("exit \(code)"))
        let failure = await failure(transport, try SampleMails.message(String(repeating: "long\n", count: 100_000)))
        #expect(failure?.kind == kind && failure?.code == code && failure?.step == "sendmail")
        await transport.close()
    }

    @Test("a program that is not there, is killed or hangs")
    func broken() async throws {
        let message = try SampleMails.message(String(repeating: "long\n", count: 100_000))
        let absent = SendmailTransport(directory.file("absent"))
        #expect(await failure(absent, message)?.kind == .unavailable)
        let killed = SendmailTransport(try program("kill -9 $$"))
        #expect(await failure(killed, message)?.kind == .deferred)
        let hanging = SendmailTransport(try program("exec sleep 60"), limit: .milliseconds(300))
        let start = ContinuousClock.now
        #expect(await failure(hanging, message)?.reason == "the program did not end in time")
        #expect(seconds(since: start) < 10)
    }

    @Test("a program that leaves a process with its input behind is not waited for")
    func leavesProcess() async throws {
        let transport = SendmailTransport(try program("cat >/dev/null\n(sleep 15 <&0) &\nexit 0"))
        let start = ContinuousClock.now
        try await transport.send(SampleMails.message())
        #expect(seconds(since: start) < 12)
    }

    @Test("a file for each message, that nobody else may read, and the same one for a second attempt")
    func files() async throws {
        let transport = FileTransport(directory.path)
        let message = try SampleMails.message(id: "first")
        #expect(FileManager.default.createFile(atPath: directory.file("first.eml.part"), contents: Data()))
        try await transport.send(message)
        try await transport.send(message)
        try await transport.send(SampleMails.message(id: "second"))
        await transport.close()
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: directory.path).sorted() == ["first.eml", "second.eml"])
        #expect(FileManager.default.contents(atPath: directory.file("first.eml")).map(Array.init) == message.bytes)
        var status = stat()
        #expect(stat(directory.file("first.eml"), &status) == 0 && status.st_mode & 0o777 == 0o600)
        #expect(await failure(transport, message)?.step == "queue", "it was closed")
    }

    @Test("no folder, and a full disk, are outages and leave nothing behind")
    func noFolder() async throws {
        #expect(await failure(FileTransport(directory.file("absent")), try SampleMails.message())?.kind == .unavailable)
        guard let disk = try SmallDisk(megabytes: 1) else { return }
        let large = try SampleMails.message(String(repeating: "long\n", count: 400_000))
        let failure = await failure(FileTransport(disk.path), large)
        #expect(failure == MailFailure(.unavailable, step: "file", reason: "No space left on device"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: disk.path) == [])
    }

    @Test("the console shows the message as text, with its link")
    func console() async throws {
        let file = directory.file("output")
        let descriptor = open(file, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        defer { close(descriptor) }
        let transport = ConsoleTransport(descriptor: descriptor)
        let mailer = Mailer(
            transport, from: try MailSender("Ostiary <ostiary@example.com>"), templates: try MailTemplates(),
            site: "id.example.com")
        try await mailer.send(try SampleMails.mail(.reset))
        await mailer.close()
        let output = text(ofFile: file)
        #expect(
            output.hasPrefix(
                """
                From: Ostiary <ostiary@example.com>
                To: ann@example.org
                Subject: Set a new password for id.example.com

                Hello,

                """))
        #expect(output.contains("\nhttps://id.example.com/account/reset/?token=a-b_c&x=1\n"))
    }

    @Test("a mail that cannot be written is refused")
    func unwritable() async throws {
        let mailer = try Mailer(
            MailURL("file:\(directory.path)"), from: MailSender("ostiary@example.com"), templates: MailTemplates(),
            site: "id.example.com")
        let good = try SampleMails.mail(.reset)
        let incomplete = Mail(
            .reset, to: good.recipient, language: .english, event: good.event, id: good.id, date: good.date)
        for mail in [
            try SampleMails.mail(.reset, to: "\"a\u{1}b\"@example.org"), try SampleMails.mail(.reset, id: "../x"),
            incomplete,
        ] {
            let failure = await #expect(throws: MailFailure.self) { try await mailer.send(mail) }
            #expect(failure?.kind == .refused && failure?.step == "message")
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == [])
    }
}
