// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import OstiaryTestSupport

@testable import OstiaryMail

/// A mail server by aiosmtpd that keeps what it gets. Its user is `me`, the password `secret`.
struct Receiver: Sendable {
    enum Mode: String, Sendable, CaseIterable { case starttls, login, implicit, plain }

    struct Message: Decodable {
        let file: String
        let sender: String
        let recipient: String
        let user: String
        let tls: Bool
        /// The connections that the server has had so far.
        let connections: Int

        var bytes: [UInt8] { FileManager.default.contents(atPath: file).map(Array.init) ?? [] }
    }

    private struct Start: Decodable { let port: Int }

    let mode: Mode
    private let peer: MailPeer
    private let port: Int
    private let directory: TemporaryDirectory

    init(_ mode: Mode) throws {
        self.mode = mode
        directory = try TemporaryDirectory()
        let certificates = try MailCertificates.shared.get()
        let files = mode == .plain ? [] : [certificates.server.file, certificates.server.key]
        peer = try MailPeer("receiver", [mode.rawValue, directory.path] + files) { $0.hasPrefix("{\"port\"") }
        port = try Self.decode(Start.self, peer.lines[0]).port
    }

    /// The URL of the server with the right login and authority unless others are given.
    func url(login: String = "me:secret@", authority: String? = nil) throws -> String {
        let authority = try authority ?? MailCertificates.shared.get().authority
        return switch mode {
        case .starttls, .login: "smtp://\(login)localhost:\(port)?ca=\(authority)"
        case .implicit: "smtps://\(login)localhost:\(port)?ca=\(authority)"
        case .plain: "smtp://127.0.0.1:\(port)?tls=off"
        }
    }

    func messages() throws -> [Message] {
        try peer.lines.filter { $0.hasPrefix("{\"file\"") }.map { try Self.decode(Message.self, $0) }
    }

    private static func decode<Value: Decodable>(_ type: Value.Type, _ line: Substring) throws -> Value {
        try JSONDecoder().decode(type, from: Data(line.utf8))
    }
}

/// A transport to a test server, closed when its test ends.
func withTransport<Value>(
    _ url: String, _ change: (inout SMTPOptions) -> Void = { _ in }, observer: MailDialogue? = nil,
    _ body: (SMTPTransport) async throws -> Value
) async throws -> Value {
    guard case .smtp(let endpoint) = try MailURL(url).target else { throw Failure("\(url) is no mail server") }
    var options = SMTPOptions()
    change(&options)
    let transport = try SMTPTransport(endpoint, options: options, observer: observer)
    do {
        let value = try await body(transport)
        await transport.close()
        return value
    } catch {
        await transport.close()
        throw error
    }
}
