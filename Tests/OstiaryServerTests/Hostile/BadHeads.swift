// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport

/// Request lines, headers and tokens that are nobody's.
extension BadRequests {
    /// Text of a header or target: any character but those that end the line.
    private mutating func noise(_ count: Int) -> String {
        String(
            String.UnicodeScalarView(
                (0..<count).map { _ in
                    UnicodeScalar(
                        generator.chance(6)
                            ? UInt8.random(in: 0x80...0xff, using: &generator)
                            : UInt8.random(in: 0x21...0x7e, using: &generator))
                }))
    }

    mutating func strangeHeaders() -> BadRequest {
        let name = generator.pick([
            "Accept", "Authorization", "Accept-Language", "Cookie", "X-Forwarded-For", "Forwarded", "X-Request-ID",
            "Range",
            "Idempotency-Key", "If-None-Match", "Content-Encoding", "Origin", "X-HTTP-Method-Override", "User-Agent",
            "traceparent", "Accept-Encoding",
        ])
        let value = generator.pick([
            noise(Int.random(in: 0...300, using: &generator)), String(repeating: ",", count: 3000), ";q=",
            "*/*;q=1e400",
            "a/b;c=\"", String(repeating: "*/*,", count: 1000), "/", "\u{7f}", "-1",
            String(repeating: "a", count: 8000),
        ])
        let path = generator.pick(Self.endpoints)
        let method = path == "/api/me/" ? "GET" : "POST"
        return BadRequest("headers", WireRequest(method, path, [(name, value)], json: "{}"), mayClose: true)
    }

    mutating func mutatedAccessToken() -> BadRequest {
        let compact = tokens.access
        let value: String
        switch Int.random(in: 0..<9, using: &generator) {
        case 0: value = "Bearer " + changed(compact)
        case 1: value = "Bearer " + compact.prefix(Int.random(in: 0..<compact.count - 1, using: &generator))
        case 2:
            let header = generator.pick([
                #"{"alg":"none"}"#, #"{"alg":"HS384"}"#, #"{"alg":"HS256","crit":["x"],"x":1}"#, "[]", "{}", "",
                #"{"alg":null}"#,
                #"{"alg":["HS256"]}"#, #"{"alg":"none","alg":"none"}"#, #"{"typ":"JWT"}"#,
                #"{"alg":"HS256","crit":["exp"]}"#,
            ])
            value = "Bearer " + access.withHeader(header).signed()
        case 3:
            let exp = generator.pick([
                "null", "true", "\"1\"", "-1", "1", "1.5", "[]", "-1e400000", String(repeating: "9", count: 400) + "x",
            ])
            value = "Bearer " + access.with("exp", exp).signed()
        case 4:
            let (name, json) = generator.pick([
                ("aud", "\"x\""), ("user_id", "null"), ("user_id", "1e400000"),
                ("user_id", String(repeating: "9", count: 400)),
                ("user_id", "-9223372036854775808"), ("user_id", "9223372036854775807"), ("sid", "\"\""), ("sid", "[]"),
                ("sid", "\"\\ud800\""), ("nbf", "4102444800"), ("iat", "4102444800"), ("sid", jsonText(noise(2000))),
            ])
            value = "Bearer " + access.with(name, json).signed()
        case 5: value = "Bearer " + AccessToken(payload: anyJSON(depth: 0)).signed()
        case 6: value = "Bearer " + access.signed(with: generator.pick(["", "secret", ServerProcess.secretKey + " "]))
        case 7:
            value = generator.pick([
                "Bearer", "Bearer  ", "Token \(compact)", "Bearer \(compact) x", "Bearer,\(compact)", compact,
                "Bearer " + String(repeating: ".", count: 4000),
            ])
        default:
            let deep = String(repeating: generator.pick(["[", "{\"a\":"]), count: 1200)
            value = "Bearer " + AccessToken(payload: deep).signed()
        }
        let put = generator.chance(3)
        let header = [("Authorization", value)]
        let request =
            put
            ? WireRequest("PUT", "/api/me/", header, json: #"{"username":"intruder"}"#)
            : WireRequest("GET", "/api/me/", header)
        // Longer than a header may be, it is not looked at.
        let isTooLong = request.bytes.count > 16 * 1_024
        return BadRequest("access token", request, allowed: isTooLong ? 400...401 : 401...401, mayClose: isTooLong)
    }

    mutating func mutatedRefreshToken() -> BadRequest {
        let token = tokens.refresh
        let value = generator.pick([
            changed(token), String(token.prefix(Int.random(in: 0..<token.count, using: &generator))), token + "0",
            noise(36),
            "{\(token)0}", "urn:uuid:", "00000000-0000-0000-0000-000000000000", String(token.reversed()) + "0",
            "\u{0}" + token,
        ])
        let path = generator.pick(["/api/refresh/", "/api/logout/"])
        return BadRequest(
            "refresh token", WireRequest("POST", path, json: "{\"refresh_token\":\(jsonText(value))}"),
            allowed: 400...400)
    }

    /// One letter or digit replaced by another, but not the last: in base64 that may hold bits that count for nothing.
    private mutating func changed(_ text: String) -> String {
        var characters = Array(text)
        let places = characters.indices.dropLast().filter { characters[$0].isLetter || characters[$0].isNumber }
        let place = generator.pick(places)
        characters[place] = characters[place] == "a" ? "b" : "a"
        return String(characters)
    }

    mutating func strangeTarget() -> BadRequest {
        let target = generator.pick([
            "/" + noise(Int.random(in: 1...200, using: &generator)), "/api/me/?" + noise(100), "/api/me/?format=%ff",
            "/%2e%2e/%2e%2e/etc/passwd",
            "/api/me/%00", "/api/../api/me/", "/api/me/?format=json&format=xml",
            "/" + String(repeating: "a/", count: 2000),
            "/api/me/?" + String(repeating: "a=b&", count: 1500), "/api/me;x", "/api/me/?format[]=json", "//api//me//",
            "/api/me/#x",
        ])
        return BadRequest("target", WireRequest("GET", target), mayClose: true)
    }

    mutating func strangeMethod() -> BadRequest {
        let method = generator.pick([
            "PATCH", "DELETE", "TRACE", "PROPFIND", "LINK", "MKCOL", "PURGE", "SOURCE", "get", "PUT", "HEAD", "OPTIONS",
            "X",
        ])
        return BadRequest(
            "method", WireRequest(method, generator.pick(Self.endpoints)),
            allowed: method == "OPTIONS" ? 200...499 : 400...499,
            mayClose: true)
    }
}
