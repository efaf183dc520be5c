// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import Glibc
import OstiaryTestSupport

/// A server that writes its messages into a folder.
final class MailServer: Sendable {
    static let publicURL = "https://id.example.com"

    let process: ServerProcess
    let clock: FakeClock
    private let folder: TemporaryDirectory

    /// - Parameters:
    ///   - environment: more variables; settings are pinned by them.
    ///   - folder: the folder of the messages, which servers of one database may share; nil for one of its own.
    init(
        _ arguments: [String] = [], throttling: Bool = false, environment: [String: String] = [:],
        folder: TemporaryDirectory? = nil
    ) throws {
        let folder = try folder ?? TemporaryDirectory()
        self.folder = folder
        clock = try FakeClock()
        let more = [
            "OSTIARY_MAIL_URL": "file:\(folder.path)", "OSTIARY_MAIL_FROM": "Example <no-reply@example.com>",
            "OSTIARY_PUBLIC_URL": Self.publicURL, "OSTIARY_EMAIL_LOGIN": "true",
        ]
        process = try ServerProcess(
            arguments, throttling: throttling,
            environment: more.merging(clock.environment) { $1 }.merging(environment) { $1 })
    }

    var client: WireClient { WireClient(port: process.port) }

    /// The messages so far, in the order of their making.
    func messages() throws -> [ReceivedMail] {
        let paths = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".eml") }
            .map { "\(folder.path)/\($0)" }
        return try paths.sorted { try Self.age(of: $0) < Self.age(of: $1) }.map { try ReceivedMail(text(ofFile: $0)) }
    }

    /// The time of writing in nanoseconds.
    private static func age(of path: String) throws -> Int64 {
        var status = stat()
        guard stat(path, &status) == 0 else { throw Failure("no file \(path)") }
        return Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec)
    }

    /// The messages to an address, once there are so many.
    func messages(to address: String, _ count: Int = 1) throws -> [ReceivedMail] {
        let found: [ReceivedMail]? = try waitUntil(20) {
            let own = try messages().filter { $0["To"] == address }
            return own.count >= count ? own : nil
        }
        guard let found else { throw Failure("not \(count) messages to \(address): \(try messages().count)") }
        return found
    }

    /// The newest message to an address with a subject, which is the only one by that.
    func message(to address: String, _ words: String) throws -> ReceivedMail {
        let found: ReceivedMail? = try waitUntil(20) {
            try messages().last { $0["To"] == address && $0.body.contains(words) }
        }
        guard let found else { throw Failure("no message with \(words): \(try messages().map(\.body))") }
        return found
    }
}

/// A message as it left the server.
struct ReceivedMail: Sendable {
    let headers: [(name: String, value: String)]
    /// The text part, decoded.
    let body: String

    init(_ source: String) throws {
        let text = source.replacing("\r\n", with: "\n")
        let parts = text.split(separator: "\n\n", maxSplits: 1)
        guard parts.count == 2 else { throw Failure("no message: \(source.prefix(200))") }
        headers = parts[0].split(separator: "\n").compactMap { line in
            line.firstRange(of: ": ").map { (String(line[..<$0.lowerBound]), String(line[$0.upperBound...])) }
        }
        // The first part is the plain text (RFC 2046 §5.1.4).
        let plain = parts[1].split(separator: "\n\n", maxSplits: 1).last ?? ""
        let encoded = plain.prefix(upTo: plain.firstRange(of: "\n--")?.lowerBound ?? plain.endIndex)
        body = Self.decoded(String(encoded))
    }

    subscript(name: String) -> String? { headers.first { $0.name == name }?.value }

    /// The token of the link.
    var token: String {
        get throws {
            guard let found = body.firstMatch(of: /[?#&](?:token=)?([A-Za-z0-9_-]{22})(?:\s|$)/) else {
                throw Failure("no link: \(body)")
            }
            return String(found.output.1)
        }
    }

    /// The six digits.
    var code: String {
        get throws {
            guard let found = body.firstMatch(of: /(?:^|\s)([0-9]{3}) ?([0-9]{3})(?:\s|$)/) else {
                throw Failure("no code: \(body)")
            }
            return String(found.output.1) + String(found.output.2)
        }
    }

    /// Undoes quoted-printable (RFC 2045 §6.7).
    private static func decoded(_ text: String) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.replacing("=\n", with: "").utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "="), let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
