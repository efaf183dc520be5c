// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

/// A reply of a mail server: a code of three digits and the texts of its lines (RFC 5321 §4.2).
struct SMTPReply: Equatable {
    let code: Int
    let lines: [[UInt8]]

    /// The first digit of a code.
    enum Kind { case success, intermediate, transient, permanent }

    var kind: Kind {
        switch code / 100 {
        case 2: .success
        case 3: .intermediate
        case 4: .transient
        default: .permanent
        }
    }

    /// The parameters of an extension in a reply to `EHLO` (RFC 5321 §4.1.1.1), in upper case; nil if it is not offered.
    func parameters(of keyword: String) -> [[UInt8]]? {
        for line in lines.dropFirst() {
            let words = line.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "=") }.map { word in
                word.map { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) ? $0 & 0xDF : $0 }
            }
            if let first = words.first, first.elementsEqual(keyword.utf8) { return Array(words.dropFirst()) }
        }
        return nil
    }
}

/// The limits of a reply. RFC 5321 §4.5.3.1.5 allows 512 bytes for a line; real servers send more.
struct SMTPReplyLimits: Sendable {
    /// The most bytes of a line with its end.
    var line = 2_048
    /// The most bytes of all lines.
    var reply = 16_384
    /// The most lines.
    var lines = 64
}

/// Reads replies from bytes that arrive in any pieces.
struct SMTPReplyDecoder {
    /// A reply that is malformed or beyond the limits. The text says which of them.
    struct Fault: Error, Equatable {
        let reason: String
    }

    private let limits: SMTPReplyLimits
    private var pending: [UInt8] = []
    private var start = 0
    private var code: Int?
    private var lines: [[UInt8]] = []
    private var size = 0

    init(limits: SMTPReplyLimits = SMTPReplyLimits()) { self.limits = limits }

    /// True if no byte has arrived after the last reply.
    var isEmpty: Bool { start == pending.count && lines.isEmpty }

    /// Call ``next()`` until it returns nil afterwards, so that no more than a line is kept.
    mutating func feed(_ bytes: some Sequence<UInt8>) {
        pending.removeFirst(start)
        start = 0
        pending += bytes
    }

    /// - Returns: nil until a whole reply is there.
    /// - Throws: ``Fault``; nothing can be read after it.
    mutating func next() throws(Fault) -> SMTPReply? {
        while true {
            let rest = pending[start...]
            guard let end = rest.prefix(limits.line).firstIndex(of: 0x0A) else {
                guard rest.count < limits.line else { throw Fault(reason: "a line of the reply is too long") }
                return nil
            }
            let line = rest[..<end]
            start = end + 1
            size += line.count + 1
            guard size <= limits.reply, lines.count < limits.lines else {
                throw Fault(reason: "the reply is too long")
            }
            guard try isLast(line.last == 0x0D ? line.dropLast() : line), let code else { continue }
            defer { (self.code, lines, size) = (nil, [], 0) }
            return SMTPReply(code: code, lines: lines)
        }
    }

    /// Takes a line such as `250-SIZE` or `250 OK`.
    /// - Returns: true for the last line of a reply.
    private mutating func isLast(_ line: ArraySlice<UInt8>) throws(Fault) -> Bool {
        let digits = line.prefix(3)
        guard digits.count == 3, let first = digits.first, (UInt8(ascii: "2")...UInt8(ascii: "5")).contains(first),
            digits.allSatisfy(\.isASCIIDigit)
        else { throw Fault(reason: "the reply is not one of SMTP") }
        let code = digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
        guard self.code ?? code == code else { throw Fault(reason: "the lines of the reply have different codes") }
        let separator = line.dropFirst(3).first ?? UInt8(ascii: " ")
        guard separator == UInt8(ascii: " ") || separator == UInt8(ascii: "-") else {
            throw Fault(reason: "the reply is not one of SMTP")
        }
        self.code = code
        lines.append(Array(line.dropFirst(4)))
        return separator == UInt8(ascii: " ")
    }
}
