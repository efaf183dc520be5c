// SPDX-License-Identifier: Apache-2.0

/// A request as it goes over the wire. Only `Host` and, with a body, `Content-Length` are added.
struct WireRequest: Sendable {
    var method: String
    var target: String
    var headers: [(String, String)]
    var body: [UInt8]?

    init(_ method: String, _ target: String, _ headers: [(String, String)] = [], body: [UInt8]? = nil) {
        (self.method, self.target, self.headers, self.body) = (method, target, headers, body)
    }

    init(_ method: String, _ target: String, _ headers: [(String, String)] = [], json: String) {
        self.init(method, target, headers + [("Content-Type", "application/json")], body: Array(json.utf8))
    }

    var bytes: [UInt8] {
        var head = "\(method) \(target) HTTP/1.1\r\n"
        if !headers.contains(where: { $0.0.lowercased() == "host" }) { head += "Host: 127.0.0.1\r\n" }
        for (name, value) in headers { head += "\(name): \(value)\r\n" }
        if let body { head += "Content-Length: \(body.count)\r\n" }
        return Array((head + "\r\n").utf8) + (body ?? [])
    }
}

/// An answer with its headers in the order of the wire.
struct WireAnswer: Sendable, CustomStringConvertible {
    var status: Int
    var headers: [(name: String, value: String)] = []
    var body: [UInt8] = []

    init(status: Int, body: [UInt8]) { (self.status, self.body) = (status, body) }

    init(head: ArraySlice<UInt8>) throws {
        var lines = String(decoding: head, as: UTF8.self).split(separator: "\r\n")
        guard !lines.isEmpty else { throw WireError.malformed("empty head") }
        let parts = lines.removeFirst().split(separator: " ", maxSplits: 2)
        guard parts.count >= 2, parts[0].hasPrefix("HTTP/1."), parts[1].count == 3, let status = Int(parts[1]) else {
            throw WireError.malformed("status line")
        }
        self.status = status
        headers = try lines.map { line in
            guard let colon = line.firstIndex(of: ":") else { throw WireError.malformed("header \(line)") }
            let value = line[line.index(after: colon)...].drop { $0 == " " }
            return (String(line[..<colon]), String(value))
        }
    }

    func values(_ name: String) -> [String] {
        headers.filter { $0.name.lowercased() == name.lowercased() }.map(\.value)
    }

    /// All values of a header, comma-joined; nil when it is absent.
    subscript(name: String) -> String? {
        let found = values(name)
        return found.isEmpty ? nil : found.joined(separator: ", ")
    }

    var text: String { String(decoding: body, as: UTF8.self) }

    /// The value of a text member that needs no unescaping, such as a token or an error code.
    func member(_ name: String) -> String? {
        guard let start = text.firstRange(of: "\"\(name)\":\"")?.upperBound else { return nil }
        return String(text[start...].prefix { $0 != "\"" })
    }

    func integer(_ name: String) -> Int? {
        guard let start = text.firstRange(of: "\"\(name)\":")?.upperBound else { return nil }
        return Int(text[start...].prefix { $0 == "-" || $0.isNumber })
    }

    var description: String {
        "\(status) \(headers.map { "\($0.name): \($0.value)" }) \(text.prefix(600))"
    }
}

/// Requests over one kept connection, opened again only when the server has closed it. Used by one thread.
/// A request is never sent twice: many of them count.
final class WireClient {
    private let port: UInt16
    private let timeout: Double
    private var connection: WireConnection?
    private(set) var connections = 0

    init(port: UInt16, timeout: Double = 20) {
        (self.port, self.timeout) = (port, timeout)
    }

    func exchange(_ request: WireRequest) throws -> WireAnswer {
        try exchange(request.bytes, method: request.method)
    }

    /// Sends raw bytes. An answer that comes before all was sent (too large a body, say) is still the answer.
    func exchange(_ bytes: [UInt8], method: String) throws -> WireAnswer {
        let connection = try open()
        do {
            try connection.send(bytes)
        } catch {
            guard let answer = try? connection.receive(to: method) else { throw error }
            return answer
        }
        return try connection.receive(to: method)
    }

    /// The connection for the next request.
    func open() throws -> WireConnection {
        if let connection, connection.isReusable, !connection.isStale { return connection }
        let opened = try WireConnection(port: port, timeout: timeout)
        connections += 1
        connection = opened
        return opened
    }
}
