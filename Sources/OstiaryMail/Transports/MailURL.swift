// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

/// The way on which messages leave the server.
///
/// Read from `smtp://[user:password@]host[:port]`, where TLS begins by `STARTTLS`, `smtps://…`, where it begins with the
/// connection, `sendmail:/path`, `file:/folder` and `console:`. User and password are percent-encoded (RFC 3986 §2.1).
/// The parameter `?ca=file` of the first two names the trusted certificates; `?tls=off` is for a server on loopback.
public struct MailURL: Sendable, Equatable {
    enum Target: Sendable, Equatable {
        case smtp(SMTPEndpoint)
        /// The path of a program.
        case sendmail(String)
        /// The path of a folder.
        case file(String)
        case console
    }

    let target: Target

    /// - Throws: ``MailURLError`` that names the wrong part.
    public init(_ text: String) throws(MailURLError) {
        let bytes = Array(text.utf8)
        guard bytes.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else {
            throw MailURLError("spaces and control characters must be percent-encoded")
        }
        guard !bytes.contains(UInt8(ascii: "#")) else {
            throw MailURLError("there is no fragment; a # in the user or password is written %23")
        }
        let scheme = String(decoding: bytes.prefix { $0 != UInt8(ascii: ":") }, as: UTF8.self).lowercased()
        let rest = bytes.dropFirst(scheme.utf8.count + 1)
        let isNetwork = rest.starts(with: "//".utf8)
        switch scheme {
        case "smtp" where isNetwork: target = .smtp(try SMTPEndpoint(rest.dropFirst(2), .startTLS))
        case "smtps" where isNetwork: target = .smtp(try SMTPEndpoint(rest.dropFirst(2), .implicit))
        case "sendmail": target = .sendmail(try Self.path(rest, "sendmail:/usr/sbin/sendmail"))
        case "file": target = .file(try Self.path(rest, "file:/folder"))
        case "console" where rest.isEmpty && bytes.last == UInt8(ascii: ":"): target = .console
        default: throw MailURLError("it must begin with smtp://, smtps://, sendmail:/, file:/ or be console:")
        }
    }

    /// True if messages are printed, with their links, to standard output.
    public var isConsole: Bool { target == .console }

    private static func path(_ bytes: ArraySlice<UInt8>, _ sample: String) throws(MailURLError) -> String {
        // `file:///folder` is another spelling (RFC 8089 §2).
        let path = bytes.starts(with: "///".utf8) ? bytes.dropFirst(2) : bytes
        guard path.count > 1, path.first == UInt8(ascii: "/"), !path.starts(with: "//".utf8) else {
            throw MailURLError("the path must be absolute, as in \(sample)")
        }
        return try decoded(path, "the path")
    }

    /// Undoes percent-encoding.
    /// - Parameter part: the name of the part in the error.
    static func decoded(_ text: ArraySlice<UInt8>, _ part: String) throws(MailURLError) -> String {
        var bytes: [UInt8] = []
        var rest = text
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            let digits = rest.prefix(2).compactMap(\.hexadecimalValue)
            guard digits.count == 2 else { throw MailURLError("\(part) has a % without two hexadecimal digits") }
            bytes.append(digits[0] << 4 | digits[1])
            rest = rest.dropFirst(2)
        }
        guard let decoded = String(validating: bytes, as: UTF8.self), !bytes.contains(0) else {
            throw MailURLError("\(part) is not UTF-8 text")
        }
        return decoded
    }
}

/// The fault in the text of a ``MailURL``. It never quotes the text, which may hold a password.
public struct MailURLError: Error, Sendable, Equatable, CustomStringConvertible {
    /// A phrase for the operator, such as `the port must be a number, 1…65535`.
    public let description: String

    init(_ description: String) { self.description = description }
}

extension MailURL: CustomStringConvertible, CustomReflectable {
    /// The URL with `***` for the password.
    public var description: String {
        switch target {
        case .smtp(let endpoint): "\(endpoint)"
        case .sendmail(let path): "sendmail:\(path)"
        case .file(let path): "file:\(path)"
        case .console: "console:"
        }
    }

    /// The URL without the password, which `dump` would show otherwise.
    public var customMirror: Mirror { Mirror(self, children: ["url": description]) }
}
