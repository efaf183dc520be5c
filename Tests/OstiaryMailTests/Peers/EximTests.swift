// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import OstiaryTestSupport
import Testing

@testable import OstiaryMail

@Suite("A real mail system, Exim", .onItsOwnThread) struct EximTests {
    private static let exim = Result { try EximServer() }

    private func url(_ login: String = "me:secret") throws -> String {
        let authority = try MailCertificates.shared.get().authority
        return "smtp://\(login)@localhost:\(try Self.exim.get().port)?ca=\(authority)"
    }

    /// The message as a maildir has it, with the machine's line ends.
    private func delivered(_ message: MailMessage) throws -> Bool {
        let text = String(decoding: message.bytes.filter { $0 != 0x0D }, as: UTF8.self)
        return try waitUntil(20) { try Self.exim.get().messages().contains(text) ? true : nil } == true
    }

    @Test("it delivers what was written, with dots and all")
    func delivers() async throws {
        let message = try SampleMails.message(".\n..\n...a\n\n.\nFrom here\nlast", id: "delivers")
        try await withTransport(try url()) { try await $0.send(message) }
        #expect(try delivered(message))
    }

    @Test("535, 550 and 451 are told apart")
    func codes() async throws {
        let wrong = try await withTransport(try url("me:wrong")) { transport in
            await #expect(throws: MailFailure.self) { try await transport.send(SampleMails.message()) }
        }
        #expect(wrong?.kind == .unavailable && wrong?.step == "auth" && wrong?.code == 535)
        try await withTransport(try url()) { transport in
            for (name, kind, code) in [("unknown", MailFailure.Kind.refused, 550), ("later", .deferred, 451)] {
                let message = try SampleMails.message(to: "\(name)@example.org")
                let failure = await #expect(throws: MailFailure.self) { try await transport.send(message) }
                #expect(failure?.kind == kind && failure?.step == "recipient" && failure?.code == code)
            }
            let message = try SampleMails.message("After two that failed\n", id: "codes")
            try await transport.send(message)
            #expect(try delivered(message))
        }
    }

    @Test("its sendmail takes a message, too")
    func sendmail() async throws {
        let message = try SampleMails.message(".\n\n.\n..a\nlast", id: "sendmail")
        let transport = SendmailTransport(try Self.exim.get().sendmail)
        try await transport.send(message)
        await transport.close()
        #expect(try delivered(message))
    }
}
