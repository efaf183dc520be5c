// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

/// The reason why a command has no answer, or why there is no connection.
///
/// It never holds a password, a key, a value or a text of the server, which may quote them.
public struct RedisError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kind of an error.
    public struct Code: Sendable, Hashable {
        let text: String

        /// There is no connection, and a command does not wait for one.
        public static let notConnected = Code(text: "not connected")
        /// There is no server at the address.
        public static let unreachable = Code(text: "cannot connect")
        /// No answer came before the deadline. The command may have been executed.
        public static let timedOut = Code(text: "no answer in time")
        /// The connection ended before the answer. The command may have been executed.
        public static let connectionClosed = Code(text: "the connection was closed")
        /// The server broke the protocol or sent a reply beyond the limits.
        public static let protocolViolation = Code(text: "malformed, oversized or unexpected reply")
        /// TLS could not be set up, or the certificate is not trusted.
        public static let tlsFailed = Code(text: "TLS failed")
        /// Too many commands, or too many bytes of them, wait for their answer.
        public static let overloaded = Code(text: "too many commands in flight")
        /// The command has no name.
        public static let invalidCommand = Code(text: "invalid command")
        /// The server still reads its data.
        public static let loading = Code(text: "the server is loading its data")
        /// `NOAUTH` and `WRONGPASS`.
        public static let authenticationFailed = Code(text: "user or password refused")
        /// `NOPERM`: the server's access rules forbid it.
        public static let permissionDenied = Code(text: "the user may not do this")
        /// `OOM`: the server is full.
        public static let outOfMemory = Code(text: "the server is out of memory")
        /// `READONLY`: the server is a replica.
        public static let readOnly = Code(text: "the server is a read-only replica")
        /// `MISCONF`: the server takes no writes because it cannot save them.
        public static let writesDisabled = Code(text: "the server cannot save and takes no writes")
        /// `ERR max number of clients reached`: the server takes no further connection.
        public static let tooManyClients = Code(text: "the server has too many clients")
        /// Every other error of the server.
        public static let refused = Code(text: "refused by the server")

        /// True if the server did not answer at all.
        var isSilence: Bool { [.unreachable, .timedOut, .connectionClosed].contains(self) }
    }

    /// The kind of the error.
    public let code: Code
    /// A few fixed words, such as the first word of the server's error.
    let detail: String?

    package init(_ code: Code) { self.init(code, detail: nil) }

    init(_ code: Code, detail: String?) {
        self.code = code
        self.detail = detail
    }

    public var description: String { detail.map { "\(code.text) (\($0))" } ?? code.text }
}

extension RedisError {
    /// True if the value of the key has a type that the command does not take.
    var isWrongType: Bool { code == .refused && detail == "WRONGTYPE" }

    /// True if the server does not have the script of an `EVALSHA`.
    var isUnknownScript: Bool { code == .refused && detail == "NOSCRIPT" }

    /// True if the command may have been executed.
    var leavesUnknown: Bool { code == .timedOut || code == .connectionClosed }

    /// - Parameter reply: the text of an error reply, of which only the kind is kept.
    init(reply: String) {
        let word = reply.utf8.prefix(17).prefix { $0 != UInt8(ascii: " ") }
        let isKind = (1...16).contains(word.count) && word.allSatisfy { $0 >= 0x41 && $0 <= 0x5A }
        let kind = isKind ? String(word) : nil
        switch kind {
        case "LOADING": self.init(.loading)
        case "NOAUTH", "WRONGPASS": self.init(.authenticationFailed)
        case "NOPERM": self.init(.permissionDenied)
        case "OOM": self.init(.outOfMemory)
        case "READONLY": self.init(.readOnly)
        case "MISCONF": self.init(.writesDisabled)
        case "ERR" where reply.hasBytePrefix("ERR max number of clients"): self.init(.tooManyClients)
        default: self.init(.refused, detail: kind)
        }
    }
}
