// SPDX-License-Identifier: Apache-2.0

import Testing

extension EndToEnd {
    /// Paths, methods, OPTIONS and HEAD.
    @Suite struct Routing {
        static let paths = ["/api/register", "/api/login", "/api/refresh", "/api/logout", "/api/me"]

        @Test("every method answers the same with and without the trailing slash", arguments: paths)
        func slashes(path: String) throws {
            let client = try SharedServers.client()
            for method in ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"] {
                let bare = try client.exchange(WireRequest(method, path))
                let slash = try client.exchange(WireRequest(method, path + "/"))
                #expect(bare.status == slash.status, "\(method)")
                #expect(bare.body == slash.body, "\(method)")
                #expect(!(300..<400).contains(bare.status), "\(method)")
                #expect(bare["Allow"] == slash["Allow"] && bare["Allow"] != nil, "\(method)")
                #expect(bare["WWW-Authenticate"] == slash["WWW-Authenticate"], "\(method)")
            }
        }

        @Test("the whole flow without trailing slashes")
        func flow() throws {
            let client = try SharedServers.client()
            let account = #"{"email":"\#(freshEmail())","password":"\#(WireClient.password)"}"#
            func call(_ method: String, _ path: String, _ json: String?, _ access: String? = nil) throws -> WireAnswer {
                let headers = access.map { [("Authorization", "Bearer \($0)")] } ?? []
                let answer = try client.exchange(
                    json.map { WireRequest(method, path, headers, json: $0) } ?? WireRequest(method, path, headers))
                #expect(answer.status == 200, "\(method) \(path): \(answer)")
                return answer
            }
            _ = try call("POST", "/api/register", account)
            let first = try Tokens(call("POST", "/api/login", account))
            _ = try call("GET", "/api/me", nil, first.access)
            let renamed = try call("PUT", "/api/me", #"{"username":"first"}"#, first.access)
            #expect(renamed.member("username") == "first")
            let second = try Tokens(call("POST", "/api/refresh", #"{"refresh_token":"\#(first.refresh)"}"#))
            _ = try call("POST", "/api/logout", #"{"refresh_token":"\#(second.refresh)"}"#)
        }

        @Test("OPTIONS describes each endpoint", arguments: paths)
        func options(path: String) throws {
            let client = try SharedServers.client()
            let bearer = ("Authorization", "Bearer \(try client.newSession().tokens.access)")
            let answer = try client.exchange(WireRequest("OPTIONS", path + "/", path.hasSuffix("/me") ? [bearer] : []))
            let name = path.dropFirst("/api/".count)
            let title = name.prefix(1).uppercased() + name.dropFirst()
            let lists =
                #""renders":["application/json","text/html"],"parses":["application/json","#
                + #""application/x-www-form-urlencoded","multipart/form-data"]"#
            #expect(answer.status == 200)
            #expect(
                BodyPattern(#"{"name":"\#(title)","description":"<text>",\#(lists)}"#).matches(answer.text), "\(answer)"
            )
        }

        @Test("HEAD works where GET does")
        func head() throws {
            let client = try SharedServers.client()
            let bearer = [("Authorization", "Bearer \(try client.newSession().tokens.access)")]
            for (path, headers, status) in [
                ("/api/me/", bearer, 200), ("/api/me", bearer, 200), ("/api/me/", [], 401), ("/healthz", [], 200),
                ("/readyz", [], 200),
            ] {
                let head = try client.exchange(WireRequest("HEAD", path, headers))
                let get = try client.exchange(WireRequest("GET", path, headers))
                #expect(head.status == status && get.status == status, "\(path)")
                #expect(head["Content-Type"] == get["Content-Type"], "\(path)")
                #expect(head["Content-Length"].map { $0 == get["Content-Length"] } ?? true, "\(path)")
                #expect(client.connections == 1, "a body after HEAD would have spoilt the connection")
            }
        }

        @Test("the root is a JSON 404 that names the endpoints", arguments: ["GET", "POST"])
        func root(method: String) throws {
            let answer = try SharedServers.client().exchange(
                method == "GET"
                    ? WireRequest("GET", "/") : WireRequest("POST", "/", json: #"{"email":"a","password":"b"}"#))
            #expect(answer.status == 404)
            #expect(answer["Content-Type"] == "application/json")
            #expect(answer.text.hasPrefix(#"{"detail":"Not found.""#))
            for path in Self.paths { #expect(answer.text.contains(path), "\(path)") }
        }

        @Test(
            "?format= chooses the renderer and must match Accept",
            arguments: [
                ("json", "*/*", 401, "application/json"), ("api", "*/*", 401, "text/html; charset=utf-8"),
                ("json", "application/json", 401, "application/json"), ("json", "text/html", 406, "application/json"),
                ("api", "application/json", 406, "application/json"), ("xml", "*/*", 404, "application/json"),
                ("api", "text/html", 401, "text/html; charset=utf-8"),
                ("json", "application/json; indent=4", 401, "application/json"),
            ])
        func format(format: String, accept: String, status: Int, type: String) throws {
            let answer = try SharedServers.client().exchange(
                WireRequest("GET", "/api/me/?format=\(format)", [("Accept", accept)]))
            #expect(answer.status == status)
            if status != 406 { #expect(answer["Content-Type"] == type) }
        }

        @Test("Accept parameters such as indent are ignored")
        func indent() throws {
            let answer = try SharedServers.client().exchange(
                WireRequest("POST", "/api/login/", [("Accept", "application/json; indent=8")], json: "{}"))
            #expect(answer.text == #"{"error":"Invalid credentials"}"#)
        }
    }
}
