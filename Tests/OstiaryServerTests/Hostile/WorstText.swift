// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport

/// Text that costs most to compare, split or scan, by kind, and the places of a request that text can stand in.
enum WorstText: String, CaseIterable {
    /// Two classes of combining marks, interleaved wrongly: canonical order is found by insertion.
    case marks
    /// Each one is glued to the character behind it.
    case prepended
    /// Pairs of letters whose borders are found only from the beginning.
    case flags
    case commas, semicolons, ampersands, quotes, backslashes, lines
    case percents
    /// White space that is no ASCII: what is cut off at both ends.
    case blanks
    /// For comparison.
    case harmless

    func bytes(_ count: Int) -> [UInt8] {
        switch self {
        case .marks:
            let half = max(0, count / 4)
            return Array(
                ("a" + String(repeating: "\u{301}", count: half) + String(repeating: "\u{323}", count: half)).utf8)
        case .prepended: return Array(String(repeating: "\u{600}", count: count / 2).utf8)
        case .flags: return Array(String(repeating: "\u{1F1E6}", count: count / 4).utf8)
        case .commas: return Self.repeated("a,", count)
        case .semicolons: return Self.repeated("a;b=", count)
        case .ampersands: return Self.repeated("a&", count)
        case .quotes: return Self.repeated("\";", count)
        case .backslashes: return Self.repeated("\\\"", count)
        case .lines: return Self.repeated("--", count)
        case .blanks: return Array(String(repeating: "\u{3000}", count: count / 3).utf8)
        case .harmless: return Self.repeated("a", count)
        case .percents: return Self.repeated("%cc%81", count)
        }
    }

    private static func repeated(_ text: String, _ count: Int) -> [UInt8] {
        Array(String(repeating: text, count: count / text.utf8.count).utf8)
    }
}

/// A request as bytes, with worst text in one place.
struct WorstRequest {
    /// The place, for the table.
    let place: String
    let method: String
    let bytes: [UInt8]
    let hasBody: Bool

    private static let body = 65_000

    /// As it is, and as the content of a JSON text. Made once, since builds without optimization take long for it.
    private static let longTexts = Dictionary(
        uniqueKeysWithValues: WorstText.allCases.map { text in
            let long = text.bytes(body)
            let json = long.flatMap { $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\") ? [92, $0] : [$0] }
            return (text, (long, Array(json.prefix(body))))
        })

    /// Every place of one endpoint.
    /// - Parameters:
    ///   - fields: of the endpoint's body.
    ///   - headers: further lines.
    static func all(
        _ method: String, _ path: String, fields: [String], _ text: WorstText, headers: String
    ) -> [WorstRequest] {
        heads(method, path, text, headers: headers)
            + (method == "GET" ? [] : bodies(method, path, fields, text, headers: headers))
    }

    private static func heads(_ method: String, _ path: String, _ text: WorstText, headers: String) -> [WorstRequest] {
        let value = text.bytes(15_000)
        func request(_ place: String, target: [UInt8]? = nil, _ line: [UInt8] = []) -> WorstRequest {
            let start = Array("\(method) ".utf8) + (target ?? Array(path.utf8)) + Array(" HTTP/1.1\r\n".utf8)
            let host = place == "Host" ? [] : Array("Host: localhost\r\n".utf8)
            let other = Array((place == "Authorization" || place == "Cookie" ? "" : headers).utf8)
            let end = Array("Content-Length: 0\r\n\r\n".utf8)
            return WorstRequest(
                place: place, method: method, bytes: start + host + other + line + end, hasBody: false)
        }
        let names = [
            "Accept", "Authorization", "Content-Type", "Content-Encoding", "Cookie", "Origin", "Sec-Fetch-Site", "Host",
            "Connection", "Expect", "Idempotency-Key", "X-Forwarded-For", "Forwarded", "User-Agent", "X-Other",
        ]
        return names.map { name in
            let prefix = ["Authorization": "Bearer ", "Cookie": "ostiary-session="][name] ?? ""
            return request(name, Array("\(name): \(prefix)".utf8) + value + [13, 10])
        } + [
            request("Cookie's name", Array("Cookie: ".utf8) + value + Array("=1\r\n".utf8)),
            request("path", target: Array(path.utf8) + value),
            request("query", target: Array("\(path)?format=".utf8) + value),
            request("query's name", target: Array("\(path)?".utf8) + value + Array("=1".utf8)),
        ]
    }

    private static func bodies(
        _ method: String, _ path: String, _ fields: [String], _ text: WorstText, headers: String
    ) -> [WorstRequest] {
        let (long, json) = longTexts[text] ?? ([], [])
        func request(_ place: String, _ type: String, _ parts: [UInt8]...) -> WorstRequest {
            var body: [UInt8] = []
            for part in parts { body += part }
            body.removeLast(max(0, body.count - 65_536))
            let head =
                "\(method) \(path) HTTP/1.1\r\nHost: localhost\r\n\(headers)Content-Type: \(type)\r\n"
                + "Content-Length: \(body.count)\r\n\r\n"
            return WorstRequest(place: place, method: method, bytes: Array(head.utf8) + body, hasBody: true)
        }
        func utf8(_ text: String) -> [UInt8] { Array(text.utf8) }
        let (form, multipart) = ("application/x-www-form-urlencoded", "multipart/form-data; boundary=x")
        func part(_ name: [UInt8]) -> [UInt8] { utf8("--x\r\nContent-Disposition: form-data; name=\"") + name }
        var requests = [
            request("form: name", form, long, utf8("=1")),
            request("JSON: key", "application/json", utf8("{\""), Array(json.prefix(64_000)), utf8("\":1}")),
            request(
                "JSON: two keys", "application/json", utf8("{\""), Array(json.prefix(32_000)), utf8("\":1,\""),
                Array(json.prefix(32_000)), utf8("\":1}")),
            request(
                "JSON: key inside", "application/json", utf8("{\"x\":{\""), Array(json.prefix(64_000)), utf8("\":1}}")),
            request(
                "JSON: escapes", "application/json",
                utf8(
                    "{\"a" + String(repeating: "\\u0301", count: 5_000) + String(repeating: "\\u0323", count: 5_000)
                        + "\":1}")),
            request("JSON: many values", "application/json", utf8("[" + String(repeating: "1,", count: 32_000) + "1]")),
            request(
                "multipart: names", multipart,
                (0..<8).flatMap { _ in part(text.bytes(7_000)) + utf8("\"\r\n\r\n1\r\n") }),
            request(
                "multipart: parameters", multipart, part(utf8("a\"; ")), text.bytes(7_000), utf8("=1\r\n\r\n1\r\n--x--")
            ),
            request("multipart: content", multipart, part(utf8("a\"\r\n\r\n")), long.prefix(64_000) + []),
            request("multipart: lines", multipart, utf8(String(repeating: "\n", count: 65_000))),
            request(
                "multipart: boundary", "multipart/form-data; boundary=\(String(repeating: "-", count: 200))",
                utf8(String(repeating: "-", count: 65_000))),
        ]
        for field in fields {
            requests.append(request("form: \(field)", form, utf8("\(field)="), long))
            requests.append(
                request(
                    "JSON: \(field)", "application/json", utf8("{\"\(field)\":\""), Array(json.prefix(64_000)),
                    utf8("\"}")))
        }
        return requests
    }
}
