// SPDX-License-Identifier: Apache-2.0

import Testing

extension EndToEnd {
    /// Answers that are given on the event loop, from memory.
    @Suite struct ImmediateAnswers {
        @Test("they are those of the ordinary way, byte for byte", arguments: ["/api/me/", "/api/me"])
        func same(path: String) throws {
            let client = try SharedServers.client()
            let tokens = try client.newSession().tokens
            let bearer = ("Authorization", "Bearer \(tokens.access)")
            _ = try client.exchange(WireRequest("GET", path, [bearer]))
            let (ways, heads) = (
                [
                    "*/*", "application/json", "application/json, application/problem+json",
                    "application/json,application/problem+json", "application/json;q=1", "application/*",
                ], ["Bearer", "bearer"]
            )
            let answers = try ways.flatMap { accept in
                try heads.map { scheme in
                    let connection = try client.open()
                    let headers = [("Authorization", "\(scheme) \(tokens.access)"), ("Accept", accept)]
                    try connection.send(WireRequest("GET", path, headers).bytes)
                    return Self.comparable(connection.drain(quiet: 0.2).bytes)
                }
            }
            #expect(answers[0].contains { $0.hasPrefix("{\"id\":") })
            for answer in answers { #expect(answer == answers[0]) }
        }

        @Test(
            "what is not the usual request goes the ordinary way",
            arguments: [
                ([("Accept", "image/png")], 406), ([("Accept", "text/html")], 200),
                ([("Authorization", "Bearer x")], 401), ([("X-Other", "1")], 200),
            ])
        func unusual(headers: [(String, String)], status: Int) throws {
            let client = try SharedServers.client()
            let bearer = ("Authorization", "Bearer \(try client.newSession().tokens.access)")
            #expect(try client.exchange(WireRequest("GET", "/api/me/", [bearer])).status == 200)
            #expect(try client.exchange(WireRequest("GET", "/api/me/", [bearer] + headers)).status == status)
        }

        /// The lines of an answer without those that differ from one to the next.
        private static func comparable(_ bytes: [UInt8]) -> [String] {
            String(decoding: bytes, as: UTF8.self).split(separator: "\r\n").map(String.init).map { line in
                ["X-Request-ID: ", "Date: "].first { line.hasPrefix($0) } ?? line
            }.sorted()
        }
    }
}
