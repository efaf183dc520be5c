// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport

/// Bodies that no endpoint can use.
extension BadRequests {
    mutating func wrongTypes() -> BadRequest {
        let path = generator.pick(["/api/register/", "/api/register/", "/api/refresh/", "/api/logout/", "/api/login/"])
        var members: [String] = []
        for name in ["email", "password", "refresh_token", "username", "\\u0065mail", "", "id"]
        where !generator.chance(3) {
            // Two texts would be a login, and a login is hashed.
            members.append("\"\(name)\":\(name == "password" ? notText() : anyJSON(depth: 0))")
            if generator.chance(12) { members.append("\"\(name)\":\(notText())") }
        }
        members.shuffle(using: &generator)
        return BadRequest("wrong types", WireRequest("POST", path, json: "{\(members.joined(separator: ","))}"))
    }

    private mutating func notText() -> String {
        generator.pick([
            "null", "true", "[]", "{}", "[\"securepassword\"]", "{\"$ne\":1}", "[[[]]]", "false", "\"\"", "\"  \"",
        ])
    }

    mutating func anyJSON(depth: Int) -> String {
        let digits = String(repeating: "9", count: 400)
        switch Int.random(in: 0..<(depth > 3 ? 8 : 10), using: &generator) {
        case 0: return generator.pick(["null", "true", "false"])
        case 1:
            return generator.pick([
                "0", "-0", "-1", "1e5", "1e400000", "-1e400000", "1e-400000", digits, "-\(digits)", "0.\(digits)",
                "9223372036854775808",
            ])
        case 2:
            return generator.pick([
                #""\ud800""#, #""\udc00\ud800""#, #""\u0000""#, #""a\u0000@b.c""#, #""\uFFFE\uFEFF""#,
            ])
        case 3:
            return generator.pick([#""nope""#, #""a@b""#, #""@""#, #""a@b@c.d""#, #"" ""#, #""a@-b.c""#, #""a@b..c""#])
        case 4:
            return jsonText(
                String(
                    repeating: generator.pick(["a", "é", "\u{1F600}", "@", ".", "\""]),
                    count: generator.pick([1, 150, 255, 3000])))
        case 5: return #""12345678-1234-4234-8234-12345678901""#
        case 6, 7: return "\"\(generator.next())\""
        case 8: return "[\(anyJSON(depth: depth + 1)),\(anyJSON(depth: depth + 1))]"
        default: return "{\"email\":\(anyJSON(depth: depth + 1)),\"\(generator.next())\":\(anyJSON(depth: depth + 1))}"
        }
    }

    mutating func brokenJSON() -> BadRequest {
        let path = generator.pick(["/api/register/", "/api/login/", "/api/refresh/", "/api/logout/"])
        var body = Array(#"{"email":"a@mail.example","password":null,"refresh_token":"x"}"#.utf8)
        switch Int.random(in: 0..<12, using: &generator) {
        case 0: body = Array(body.prefix(Int.random(in: 1..<body.count, using: &generator)))
        case 1: body = generator.bytes(Int.random(in: 1...200, using: &generator))
        case 2:
            body = Array(
                String(
                    repeating: generator.pick(["[", "{\"a\":", "[{\"a\":[", "\"", "-", "{", "0", "\\"]), count: depth()
                ).utf8)
        case 3: body = [0xef, 0xbb, 0xbf] + body
        case 4: body = [0xff, 0xfe] + body.flatMap { [$0, 0] }
        case 5:
            body.insert(
                contentsOf: generator.pick(
                    [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf5, 0x80, 0x80, 0x80], [0], [0x1f]] as [[UInt8]]),
                at: 12)
        case 6: body += Array(generator.pick(["x", "{}", "]", "\u{0}", "//c", "/**/"]).utf8)
        case 7:
            body = Array(
                generator.pick([
                    "NaN", "{'a':1}", "{a:1}", "[1,]", "{\"a\":1,}", "01", "1.", ".5", "+1", "tru", "Infinity", "-",
                    "\"\\x\"", "\"\\u12\"", "\"\t\"",
                ]).utf8)
        case 8: body = Array((String(repeating: "[", count: depth()) + String(repeating: "]", count: depth())).utf8)
        case 9:
            body = Array(("1" + String(repeating: "0", count: Int.random(in: 300...20_000, using: &generator))).utf8)
        case 10: body = Array("{\(String(repeating: "\"email\":1,", count: 900))\"password\":{}}".utf8)
        default: body[Int.random(in: 0..<body.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
        }
        return BadRequest("broken JSON", WireRequest("POST", path, [("Content-Type", "application/json")], body: body))
    }

    private mutating func depth() -> Int {
        generator.chance(20) ? 9000 : Int.random(in: 1...600, using: &generator)
    }

    mutating func wrongContentType() -> BadRequest {
        let type = generator.pick([
            "text/plain", "application/xml", "application/json/x", "json", "", ";", "application/", "/", "*/*",
            "application/json;charset=utf-7", "application/json; charset=\"", "multipart/mixed; boundary=x",
            "multipart/form-data; boundary=\(String(repeating: "b", count: 300))", "application/json, text/plain",
            "multipart/form-data; boundary=a b\u{7f}", "application/x-www-form-urlencoded; charset=utf-16", "\u{e9}",
        ])
        let body = generator.bytes(Int.random(in: 1...100, using: &generator))
        var headers = [("Content-Type", type)]
        if generator.chance(4) { headers.append(("Content-Type", "application/json")) }
        let path = generator.pick(["/api/register/", "/api/refresh/", "/api/logout/"])
        return BadRequest("content type", WireRequest("POST", path, headers, body: body), mayClose: true)
    }

    mutating func brokenMultipart() -> BadRequest {
        var text =
            "--x\r\nContent-Disposition: form-data; name=\"email\"\r\n\r\nnope\r\n"
            + "--x\r\nContent-Disposition: form-data; name=\"refresh_token\"\r\n\r\nx\r\n--x--\r\n"
        switch Int.random(in: 0..<8, using: &generator) {
        case 0: text = String(text.prefix(Int.random(in: 1..<text.count, using: &generator)))
        case 1: text = text.replacing("name=", with: generator.pick(["nam=", "filename=\"a\"; name=", "name*=", ""]))
        case 2: text = String(repeating: "--x\r\n", count: Int.random(in: 1...4000, using: &generator))
        case 3: text = text.replacing("\r\n\r\n", with: generator.pick(["\r\n", "\n\n", "\r\r", ""]))
        case 4:
            text = text.replacing(
                "form-data", with: String(repeating: ";", count: Int.random(in: 1...5000, using: &generator)))
        case 5: text = text.replacing("--x--", with: generator.pick(["--x", "--y--", "--x-", "-x--", ""]))
        case 6:
            text = text.replacing(
                "nope", with: String(repeating: generator.pick(["\r\n--", "\r", "\u{0}", "--x"]), count: 500))
        default: text = text.replacing("Content", with: "Content-Type: multipart/form-data; boundary=x\r\nContent")
        }
        var body = Array(text.utf8)
        if generator.chance(4) {
            body.insert(contentsOf: generator.bytes(6), at: Int.random(in: 0..<body.count, using: &generator))
        }
        let path = generator.pick(["/api/register/", "/api/refresh/", "/api/logout/"])
        return BadRequest(
            "multipart", WireRequest("POST", path, [("Content-Type", "multipart/form-data; boundary=x")], body: body))
    }

    mutating func brokenForm() -> BadRequest {
        let text = generator.pick([
            "email=%", "email=%zz&password=%f", "%00=%00", "email=%ff%fe&password=%c0%80", "=&=&=", "&&&&", "email",
            String(repeating: "a=1&", count: 1500), String(repeating: "email=nope&", count: 1100),
            "email[]=a&email[x]=b",
            "email=a%40b&password=", "refresh_token=%ed%a0%80", "refresh_token=" + String(repeating: "+", count: 3000),
            ";;=;",
        ])
        let path = generator.pick(["/api/register/", "/api/refresh/", "/api/logout/"])
        return BadRequest(
            "form",
            WireRequest("POST", path, [("Content-Type", "application/x-www-form-urlencoded")], body: Array(text.utf8)))
    }

    mutating func oversize() -> BadRequest {
        let count = Int.random(in: 65_537...100_000, using: &generator)
        let body = [UInt8](repeating: generator.pick([0x5b, 0x20, 0x22, 0xff]), count: count)
        let path = generator.pick(["/api/register/", "/api/login/", "/api/refresh/", "/api/logout/"])
        return BadRequest(
            "oversize", WireRequest("POST", path, [("Content-Type", "application/json")], body: body),
            allowed: 413...413)
    }
}
