// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import Glibc
import OstiaryCore
import OstiaryTestSupport
import Testing

@testable import OstiaryMail

@Suite("--mail-templates") struct MailTemplatesTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func write(_ text: String, _ name: String) throws {
        try #require(FileManager.default.createFile(atPath: directory.file(name), contents: Data(text.utf8)))
    }

    private func content(_ kind: MailKind, _ language: MailLanguage) throws -> MailContent {
        let templates = try MailTemplates(replacedIn: directory.path)
        return templates.content(of: try SampleMails.mail(kind, language: language), site: "id.example.com")
    }

    private func error() -> MailTemplateError? {
        #expect(throws: MailTemplateError.self) { try MailTemplates(replacedIn: directory.path) }
    }

    @Test("a file replaces one built-in template, and no other")
    func replaced() throws {
        let before = try content(.reset, .german)
        try write("My subject\n\nHere: {{link}}\n", "reset.en.txt")
        #expect(try content(.reset, .german) == before)
        #expect(try content(.reset, .english).subject == "My subject")
        #expect(try content(.reset, .english).html.contains("Set new password"))
        try write("<p>{{link}}", "reset.de.html")
        #expect(
            try content(.reset, .german)
                == MailContent(
                    subject: before.subject, text: before.text,
                    html: "<p>https://id.example.com/account/reset/?token=a-b_c&amp;x=1"))
    }

    @Test("names that begin with a dot are left alone, and links are followed, as in a volume of Kubernetes")
    func volume() throws {
        try #require(mkdir(directory.file("..2026"), 0o755) == 0)
        try write("Linked\n\n{{link}}\n", "..2026/reset.en.txt")
        try #require(symlink("..2026", directory.file("..data")) == 0)
        try #require(symlink("..data/reset.en.txt", directory.file("reset.en.txt")) == 0)
        #expect(try content(.reset, .english).subject == "Linked")
    }

    @Test(
        "no other names",
        arguments: ["reset.txt", "reset.en.text", "Reset.en.txt", "reset.es.txt", "README.md", "reset.en.txt~", "a\nb"])
    func names(name: String) throws {
        try write("S\n\n{{link}}", name)
        let error = error()
        #expect(error?.line == nil && error?.description.contains("no template has this name") == true)
        #expect(error?.description.contains("\n") == false)
        #expect(name != "reset.en.text" || error?.description.hasSuffix("; did you mean reset.en.txt?") == true)
    }

    @Test("errors name the file and the line")
    func errors() throws {
        try write("Subject\n\nHere: {{lnk}}\n", "reset.de.txt")
        #expect(error()?.description.hasPrefix("\(directory.path)/reset.de.txt:3: {{lnk}} is no value") == true)
    }

    @Test("a file that is too large, no text, or no file")
    func files() throws {
        let filler = String(repeating: "a", count: 65_536 - 11)
        try write("S\n\n{{link}}\(filler)", "reset.en.txt")
        _ = try MailTemplates(replacedIn: directory.path)
        try write("S\n\n{{link}}\(filler)a", "reset.en.txt")
        #expect(error()?.reason == "the file is larger than 64 KiB")
        try #require(
            FileManager.default.createFile(
                atPath: directory.file("reset.en.txt"), contents: Data(Array("S\n\n{{link}}\nM".utf8) + [0xFC])))
        #expect(error()?.reason == "the line is not UTF-8" && error()?.line == 4)
        try FileManager.default.removeItem(atPath: directory.file("reset.en.txt"))
        try #require(mkfifo(directory.file("reset.en.txt"), 0o600) == 0)
        #expect(error()?.file == directory.file("reset.en.txt"), "a pipe is not waited for")
        try FileManager.default.removeItem(atPath: directory.file("reset.en.txt"))
        try #require(mkdir(directory.file("reset.en.txt"), 0o700) == 0)
        #expect(error()?.file == directory.file("reset.en.txt"))
        #expect(throws: MailTemplateError.self) { try MailTemplates(replacedIn: directory.file("absent")) }
    }

    @Test("the built-in templates can be written, edited and read back, and nothing is overwritten")
    func written() throws {
        let folder = directory.file("templates")
        let names = try MailTemplates.write(to: folder)
        #expect(names.count == 60 && names.contains("already-registered.fr.html"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == names.sorted())
        let (own, read) = (try MailTemplates(), try MailTemplates(replacedIn: folder))
        for (kind, language) in pairs {
            let mail = try SampleMails.mail(kind, language: language)
            #expect(own.content(of: mail, site: "x.example") == read.content(of: mail, site: "x.example"))
        }
        let error = #expect(throws: MailTemplateError.self) { try MailTemplates.write(to: folder) }
        #expect(error?.reason == "File exists")
        try FileManager.default.removeItem(atPath: "\(folder)/verify.en.txt")
        #expect(throws: MailTemplateError.self) { try MailTemplates.write(to: folder) }
        #expect(access("\(folder)/verify.en.txt", F_OK) != 0, "nothing is written by halves")
        #expect(throws: MailTemplateError.self) { try MailTemplates.write(to: directory.file("no/folder")) }
    }

    private var pairs: [(MailKind, MailLanguage)] {
        MailKind.allCases.flatMap { kind in MailLanguage.allCases.map { (kind, $0) } }
    }

    @Test("each built-in message names the site, says when, and has no trace of what is unknown")
    func unknown() throws {
        let templates = try MailTemplates()
        for (kind, language) in pairs {
            let full = templates.content(of: try SampleMails.mail(kind, language: language), site: "id.example.com")
            let bare = templates.content(
                of: try SampleMails.mail(kind, language: language, browser: nil, address: nil), site: "id.example.com")
            for content in [full, bare] {
                for part in [content.subject, content.text, content.html] {
                    #expect(!part.contains("{{") && !part.contains("}}") && !part.contains("  "), "\(part)")
                    #expect(part.contains("id.example.com"))
                }
                #expect(content.text.contains("2026") && content.text.contains("08:19"))
                #expect(content.text.contains("ann@example.org"))
                #expect(!content.text.contains("&amp;") && !content.text.contains("&#39;"))
            }
            for word in ["Firefox", "203.0.113.7"] {
                #expect(full.text.contains(word) && full.html.contains(word))
                #expect(!bare.text.contains(word) && !bare.html.contains(word))
            }
        }
    }
}
