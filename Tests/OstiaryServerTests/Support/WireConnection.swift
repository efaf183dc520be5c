// SPDX-License-Identifier: Apache-2.0

import Glibc
import OstiaryTestSupport

enum WireError: Error, Equatable {
    case refused(Int32)
    case reset(Int32)
    case timeout
    /// The peer closed; `partial` when part of an answer had already come.
    case closed(partial: Bool)
    case malformed(String)
}

/// One TCP connection that speaks HTTP/1.1 as bytes, blocking, with a deadline for each step. Used by one thread.
final class WireConnection {
    private static let headLimit = 64 * 1024
    private static let bodyLimit = 1024 * 1024

    private let descriptor: Int32
    private let timeout: Double
    private var pending: [UInt8] = []
    /// False once the peer has said or shown that it will not answer another request here.
    private(set) var isReusable = true

    init(port: UInt16, timeout: Double = 20) throws {
        descriptor = try Loopback.connect(port)
        self.timeout = timeout
    }

    deinit { close(descriptor) }

    /// Writes all bytes.
    func send(_ bytes: [UInt8]) throws {
        let deadline = Deadline(timeout)
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL | MSG_DONTWAIT))
            }
            if count >= 0 {
                sent += count
            } else if errno == EAGAIN {
                try Loopback.wait(descriptor, for: POLLOUT, until: deadline)
            } else if errno != EINTR {
                isReusable = false
                throw WireError.reset(errno)
            }
        }
    }

    func send(_ text: String) throws { try send(Array(text.utf8)) }

    /// Tells the peer that nothing more will be sent.
    func finishSending() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// Reads one answer to a request of the given method; interim 1xx answers are skipped.
    func receive(to method: String = "GET") throws -> WireAnswer {
        let deadline = Deadline(timeout)
        do {
            while true {
                let answer = try receiveOne(to: method, deadline)
                if answer.status >= 200 {
                    isReusable = isReusable && answer["Connection"]?.lowercased() != "close"
                    return answer
                }
            }
        } catch {
            isReusable = false
            throw error
        }
    }

    /// Everything the peer sends until it closes or is silent for `quiet` seconds; at most a megabyte.
    func drain(quiet: Double) -> (bytes: [UInt8], closed: Bool) {
        isReusable = false
        while pending.count < Self.bodyLimit {
            do {
                guard try fill(Deadline(quiet)) else { return (pending, true) }
            } catch {
                return (pending, error as? WireError != .timeout)
            }
        }
        return (pending, false)
    }

    /// True when the peer has closed, or sent something that nobody asked for, since the last answer.
    var isStale: Bool {
        guard pending.isEmpty else { return true }
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&entry, 1, 0) != 0
    }

    private func receiveOne(to method: String, _ deadline: Deadline) throws -> WireAnswer {
        var headEnd = endOfHead(from: 0)
        while headEnd == nil {
            guard pending.count <= Self.headLimit else { throw WireError.malformed("head too long") }
            let known = pending.count
            guard try fill(deadline) else { throw WireError.closed(partial: !pending.isEmpty) }
            headEnd = endOfHead(from: max(0, known - 3))
        }
        guard let headEnd else { throw WireError.malformed("no head") }
        var answer = try WireAnswer(head: pending[..<headEnd])
        pending.removeFirst(headEnd + 4)

        if method == "HEAD" || answer.status < 200 || answer.status == 204 || answer.status == 304 { return answer }
        if answer["Transfer-Encoding"]?.lowercased() == "chunked" {
            answer.body = try chunkedBody(deadline)
        } else if let length = answer["Content-Length"] {
            guard let count = Int(length), (0...Self.bodyLimit).contains(count) else {
                throw WireError.malformed("Content-Length \(length)")
            }
            answer.body = try take(count, deadline)
        } else {
            while try fill(deadline) {
                guard pending.count <= Self.bodyLimit else { throw WireError.malformed("body too long") }
            }
            answer.body = pending
            pending = []
            isReusable = false
        }
        return answer
    }

    private func chunkedBody(_ deadline: Deadline) throws -> [UInt8] {
        var body: [UInt8] = []
        while true {
            let line = try takeLine(deadline)
            guard let size = Int(line, radix: 16), size >= 0, body.count + size <= Self.bodyLimit else {
                throw WireError.malformed("chunk \(line)")
            }
            if size == 0 { break }
            body += try take(size, deadline)
            guard try takeLine(deadline).isEmpty else { throw WireError.malformed("end of chunk") }
        }
        while try !takeLine(deadline).isEmpty {}
        return body
    }

    private func take(_ count: Int, _ deadline: Deadline) throws -> [UInt8] {
        while pending.count < count {
            guard try fill(deadline) else { throw WireError.closed(partial: true) }
        }
        defer { pending.removeFirst(count) }
        return Array(pending[..<count])
    }

    private func takeLine(_ deadline: Deadline) throws -> String {
        while true {
            if let end = pending.firstIndex(of: 10) {
                defer { pending.removeFirst(end + 1) }
                return String(decoding: pending[..<end].filter { $0 != 13 }, as: UTF8.self)
            }
            guard pending.count <= Self.headLimit else { throw WireError.malformed("line too long") }
            guard try fill(deadline) else { throw WireError.closed(partial: true) }
        }
    }

    private func endOfHead(from start: Int) -> Int? {
        guard pending.count >= 4 else { return nil }
        return pending.withUnsafeBufferPointer { bytes in
            (start..<max(start, bytes.count - 3)).first {
                bytes[$0] == 13 && bytes[$0 + 1] == 10 && bytes[$0 + 2] == 13 && bytes[$0 + 3] == 10
            }
        }
    }

    /// Reads what is there, waiting if need be; false at the end of the stream.
    private func fill(_ deadline: Deadline) throws -> Bool {
        var chunk = [UInt8](repeating: 0, count: 16 * 1024)
        while true {
            try Loopback.wait(descriptor, for: POLLIN, until: deadline)
            let count = recv(descriptor, &chunk, chunk.count, Int32(MSG_DONTWAIT))
            if count > 0 {
                pending += chunk[..<count]
                return true
            }
            if count == 0 { return false }
            if errno != EAGAIN && errno != EINTR { throw WireError.reset(errno) }
        }
    }
}
