// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
package import OstiaryCore

import Glibc

/// The templates of all messages: the built-in ones, single files of which a folder can replace.
///
/// A file is named by its kind and language, such as `reset.de.txt` and `reset.de.html`.
public struct MailTemplates: Sendable {
    private struct Name: Hashable {
        let kind: MailKind
        let language: MailLanguage
        let format: MailTemplate.Format

        var text: String { "\(kind.rawValue).\(language.rawValue).\(format.rawValue)" }

        static let all = MailKind.allCases.flatMap { kind in
            MailLanguage.allCases.flatMap { language in
                MailTemplate.Format.allCases.map { Name(kind: kind, language: language, format: $0) }
            }
        }
    }

    /// The most bytes of a file.
    private static let maximumBytes = 65_536

    private var templates: [Name: MailTemplate] = [:]

    /// Reads all templates. Blocks.
    /// - Parameter folder: a folder with files that replace built-in ones; nil for none. Names that begin with a dot
    ///   are left alone.
    /// - Throws: ``MailTemplateError`` for a file that has another name, is larger than 64 KiB, no UTF-8, or no template
    ///   of its kind.
    public init(replacedIn folder: String? = nil) throws(MailTemplateError) {
        for name in Name.all { templates[name] = try Self.template(Self.builtIn(name), name, file: name.text) }
        guard let folder else { return }
        for file in try Self.files(of: folder) {
            guard let name = Name.all.first(where: { $0.text.hasSameBytes(as: file) }) else {
                throw Self.unknown(file, in: folder)
            }
            let path = "\(folder)/\(file)"
            templates[name] = try Self.template(try Self.source(path), name, file: path)
        }
    }

    /// The words of a message.
    /// - Parameter site: the host under which people know the server.
    package func content(of mail: Mail, site: String) -> MailContent {
        let values = MailValues(mail, site: site)
        func render(_ format: MailTemplate.Format) -> (subject: String, body: String) {
            templates[Name(kind: mail.kind, language: mail.language, format: format)]?.render(values) ?? ("", "")
        }
        let (text, html) = (render(.text), render(.html))
        return MailContent(subject: text.subject, text: text.body, html: html.body)
    }

    /// Writes the built-in templates to a folder, which is made if there is none. Blocks.
    /// - Returns: the names of the files.
    /// - Throws: ``MailTemplateError`` if one of the files is there already, or cannot be written.
    public static func write(to folder: String) throws(MailTemplateError) -> [String] {
        guard mkdir(folder, 0o755) == 0 || errno == EEXIST else { throw failure(folder, errno) }
        for name in Name.all where access("\(folder)/\(name.text)", F_OK) == 0 {
            throw failure("\(folder)/\(name.text)", EEXIST)
        }
        for name in Name.all {
            let path = "\(folder)/\(name.text)"
            guard FileBytes.create(path, Array(builtIn(name).utf8), mode: 0o644) else { throw failure(path, errno) }
        }
        return Name.all.map(\.text)
    }

    private static func builtIn(_ name: Name) -> String {
        BuiltInMail(name.kind, name.language).source(name.format, name.language)
    }

    private static func template(
        _ source: String, _ name: Name, file: String
    ) throws(MailTemplateError) -> MailTemplate {
        try MailTemplate(source, file: file, kind: name.kind, format: name.format)
    }

    private static func files(of folder: String) throws(MailTemplateError) -> [String] {
        do {
            let files = try FileManager.default.contentsOfDirectory(atPath: folder)
            // Kubernetes keeps the files of a volume behind names such as `..data`.
            return files.filter { $0.utf8.first != UInt8(ascii: ".") }.sorted()
        } catch {
            throw MailTemplateError(file: folder, line: nil, reason: "the folder cannot be read; check the path")
        }
    }

    private static func source(_ path: String) throws(MailTemplateError) -> String {
        guard let bytes = FileBytes.read(path, atMost: maximumBytes + 1) else { throw failure(path, errno) }
        guard bytes.count <= maximumBytes else {
            throw MailTemplateError(file: path, line: nil, reason: "the file is larger than 64 KiB")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            let valid = String(decoding: bytes, as: UTF8.self).utf8
            let line = 1 + zip(valid, bytes).prefix { $0 == $1 }.count { $0.0 == 0x0A }
            throw MailTemplateError(file: path, line: line, reason: "the line is not UTF-8")
        }
        return text
    }

    private static func unknown(_ file: String, in folder: String) -> MailTemplateError {
        let near = nearestName(to: file, among: Name.all.map(\.text)).map { "; did you mean \($0)?" } ?? ""
        return MailTemplateError(
            file: "\(folder)/\(file.printable)", line: nil, reason: "no template has this name\(near)")
    }

    private static func failure(_ path: String, _ code: Int32) -> MailTemplateError {
        MailTemplateError(file: path, line: nil, reason: String(cString: strerror(code)))
    }
}
