// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import OstiaryMail

@Suite("--mail-url") struct MailURLTests {
    @Test(
        "what it means",
        arguments: [
            ("smtp://mx.example.com", "smtp://mx.example.com:587"), ("SMTPS://h", "smtps://h:465"),
            ("smtp://u:p%40%3a%2F@h:25/", "smtp://u:***@h:25"),
            ("smtps://u:p@[2001:db8::1]:1", "smtps://u:***@[2001:db8::1]:1"),
            ("smtp://h?ca=/etc/a%20b.pem", "smtp://h:587?ca=/etc/a b.pem"),
            ("smtp://LocalHost:25?tls=off", "smtp://LocalHost:25?tls=off"),
            ("smtp://127.1.2.3?tls=off", "smtp://127.1.2.3:587?tls=off"),
            ("smtp://[::1]?tls=off", "smtp://[::1]:587?tls=off"),
            ("sendmail:/usr/sbin/sendmail", "sendmail:/usr/sbin/sendmail"),
            ("file:/var/mail%20box", "file:/var/mail box"),
            ("file:///tmp/x", "file:/tmp/x"), ("console:", "console:"),
        ])
    func read(text: String, description: String) throws {
        let url = try MailURL(text)
        #expect("\(url)" == description)
        #expect("\(Mirror(reflecting: url).children.map { "\($0.value)" })" == "\([description])")
        #expect(url.isConsole == (text == "console:"))
    }

    @Test("percent-encoding is undone")
    func decoded() throws {
        guard case .smtp(let endpoint) = try MailURL("smtp://u%C3%A9:%40%3A%2F%25@h").target else { return }
        #expect(endpoint.credentials == SMTPEndpoint.Credentials(user: "ué", password: "@:/%"))
        #expect(endpoint.security == .startTLS && endpoint.trustRootsFile == nil)
    }

    @Test(
        "what it does not mean is refused without a word of it",
        arguments: [
            "", "secret", "http://secret", "smtp:secret", "smtp://", "smtp://secret@h", "smtp://u:secret:x@h",
            "smtp://u:secret@x@h", "smtp://u:@h", "smtp://:secret@h", "smtp://u:secret%4@h", "smtp://u:secret%ff@h",
            "smtp://u:secret%00@h", "smtp://h:0", "smtp://h:65536", "smtp://h:secret", "smtp://h:+1", "smtp://h:",
            "smtp://h/secret", "smtp://u:secret/x@h", "smtp://u:secret?x@h", "smtp://u:secret#x@h",
            "smtp://u:sec ret@h",
            "smtp://h?secret=1", "smtp://h?ca=", "smtp://h?ca=/a&ca=/b", "smtp://h?tls=on", "smtp://[::1",
            "smtp://[::1]secret",
            "smtp://h?tls=off", "smtp://mx.localhost?tls=off", "smtp://u:secret@localhost?tls=off",
            "smtp://128.0.0.1?tls=off",
            "smtps://localhost?tls=off", "smtp://localhost?tls=off&ca=/a", "smtp://localhost?tls=off&tls=off",
            "smtp://0x7f.1?tls=off", "smtp://127.1?tls=off", "smtp://u:secret@h\r\n",
            "smtp://u:\(String(repeating: "s", count: 2_049))@h",
            "sendmail:", "sendmail:secret", "sendmail://secret/x", "file:secret", "file:/", "file://secret/x",
            "console",
            "console:secret", "console://",
        ])
    func refused(text: String) {
        let error = #expect(throws: MailURLError.self) { try MailURL(text) }
        #expect(error?.description.contains("secret") == false)
    }
}
