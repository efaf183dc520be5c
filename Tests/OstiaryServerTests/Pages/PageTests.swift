// SPDX-License-Identifier: Apache-2.0

import OstiaryHTTP
import OstiaryTestSupport
import Testing

extension EndToEnd {
    /// What the pages show, and to whom.
    @Suite struct Pages {
        private static let corpus = [
            #"<script>alert(1)</script>"#, #""><img src=x onerror=alert(1)>"#, #"' autofocus onfocus='alert(1)"#,
            #"</textarea><script>alert(1)</script>"#, #"</code></pre><svg onload=alert(1)>"#, "javascript:alert(1)",
            #"{{frame.formToken}}{{{.}}}"#, "<!--", "&lt;b&gt;&#x3c;", #"\u003cscript\u003e"#,
            "https://x\"onclick=alert(1)",
            "data:text/html,<script>alert(1)</script>", "\u{2028}<b>\u{202E}",
        ]

        /// Every tag of a page is one of the templates' own: a text that broke out would bring others.
        private func expectHarmless(_ page: WireAnswer, _ payload: String) {
            let tags = page.text.matches(of: /<[a-zA-Z!](?:[^>"]|"[^"]*")*>/).map { String($0.output) }
            #expect(tags.count > 40 && tags.filter { $0.hasPrefix("<script") }.count == 1, "\(payload)")
            for tag in tags {
                let bare = tag.replacing(/"[^"]*"/, with: "\"\"")
                #expect(
                    !["<img", "<svg onload", "<b>alert", "<!--"].contains { tag.hasPrefix($0) }, "\(payload): \(tag)")
                #expect(bare.firstMatch(of: /[\s"'\/]on[a-z]+\s*=/) == nil && !bare.contains("'"), "\(tag)")
                #expect(tag.firstMatch(of: /(href|src|action)="(javascript|data):/) == nil, "\(tag)")
            }
            #expect(page.text.components(of: "<textarea").count == page.text.components(of: "</textarea>").count)
        }

        @Test("whatever people send is shown as text", arguments: corpus)
        func scripting(_ payload: String) throws {
            let visitor = try PageVisitor()
            let email = freshEmail()
            try WireClient(port: visitor.port).enrol(email)
            try visitor.open("/login/")
            let login = [("email", email), ("password", WireClient.password)]
            let agent = [("User-Agent", payload.filter { $0 >= " " && $0 <= "~" }), ("Sec-Fetch-Site", "same-origin")]
            try visitor.send("/login/", login, headers: agent)
            try visitor.open("/api/me/")
            expectHarmless(try visitor.open("/api/sessions/"), payload)
            let named = try visitor.send("/api/me/", [("username", payload)], method: "PUT")
            #expect(named.status == 200)
            expectHarmless(named, payload)
            expectHarmless(try visitor.open("/api/me/"), payload)
            expectHarmless(try visitor.send("/api/me/", [("email", payload)], method: "PUT"), payload)
            expectHarmless(
                try visitor.send("/api/me/", [("_content", payload), ("_content_type", payload)], method: "PUT"),
                payload)
            expectHarmless(try visitor.send("/api/register/", [("email", payload), ("password", payload)]), payload)
            expectHarmless(
                try visitor.send("/login/", [("email", payload), ("password", ""), ("next", payload)]), payload)
            let inPath = payload.filter { $0 > " " && $0 <= "~" && $0 != "?" && $0 != "#" }
            for path in ["/\(inPath)", "/api/sessions/\(inPath)/", "/api/me/?x=\(inPath)", "/login/?next=/\(inPath)"] {
                expectHarmless(try visitor.open(path), payload)
            }
        }

        @Test("pages may load their own files only, are never kept, and their files are kept for ever")
        func assets() throws {
            let visitor = try PageVisitor()
            var paths: Set<String> = []
            for path in ["/", "/api/", "/api/me/", "/login/", "/docs/errors/", "/nowhere"] {
                let page = try visitor.open(path)
                let policy = try #require(page["Content-Security-Policy"])
                #expect(policy.hasPrefix("default-src 'none'; style-src 'self'; script-src 'self';"))
                #expect(policy.hasSuffix("base-uri 'none'; frame-ancestors 'none'") && !policy.contains("unsafe"))
                #expect(page["Cache-Control"] == "no-store" && page["X-Frame-Options"] == "DENY")
                #expect(page["Content-Type"] == "text/html; charset=utf-8" && page.values("X-Request-ID").count == 1)
                paths.formUnion(page.text.matches(of: /"(\/assets\/[^"]+)"/).map { String($0.output.1) })
            }
            #expect(paths.count == 3)
            for path in paths {
                let asset = try SharedServers.client().exchange(WireRequest("GET", path))
                #expect(asset.status == 200 && asset["Cache-Control"] == "public, max-age=31536000, immutable")
                #expect(asset["X-Content-Type-Options"] == "nosniff" && asset["Set-Cookie"] == nil)
                if path.hasSuffix(".css") {
                    #expect(asset.body.count < 15_000)
                    figure("bytes of the style sheet", asset.body.count)
                }
                #expect(try visitor.open(path + "x").status == 404)
            }
        }

        @Test("each endpoint has a page with a form for each method, and each error code an anchor")
        func everything() throws {
            let visitor = try PageVisitor()
            let index = try visitor.open("/api/")
            for path in RoutingPaths.all {
                #expect(index.text.contains("<code>\(path)</code>"), "\(path)")
                let page = try visitor.open(path.replacing("{id}", with: "00000000-0000-0000-0000-000000000007"))
                let allow = try #require(page["Allow"])
                for method in ["POST", "PUT", "DELETE"] where allow.contains(method) {
                    #expect(page.text.contains(#"name="_method" value="\#(method)""#), "\(method) \(path)")
                }
                for language in ["curl", "JavaScript", "Swift", "Python"] {
                    #expect(page.text.contains(">\(language)<"))
                }
            }
            let errors = try visitor.open("/docs/errors/")
            for code in ErrorCode.allCases {
                #expect(errors.text.contains(#"<div id="\#(code.rawValue)">"#), "\(code)")
            }
        }

        @Test("a page has the status and the headers of the answer that it shows")
        func sameAnswer() throws {
            let visitor = try PageVisitor()
            try visitor.logIn()
            for (path, status) in [
                ("/api/me/", 200), ("/api/register/", 405), ("/nowhere", 404), ("/", 200), ("/api/", 200),
            ] {
                let page = try visitor.open(path)
                let json = try SharedServers.client().exchange(WireRequest("GET", path))
                #expect(page.status == status && page["Allow"] == json["Allow"] && page["Vary"] == json["Vary"])
            }
            let long = String(repeating: "x", count: 70_000)
            let large = try visitor.send("/api/me/", [("username", long)], method: "PUT")
            #expect(large.status == 413)
            let head = try visitor.exchange(WireRequest("HEAD", "/api/me/", [("Accept", "text/html")]))
            #expect(head.status == 401 && head.body.isEmpty)
        }

        @Test("off: there are no pages, and nobody offers any")
        func off() throws {
            let server = try ServerProcess(["--browsable-api", "off"])
            let client = WireClient(port: server.port)
            func status(_ path: String, _ accept: String = "text/html") throws -> WireAnswer {
                try client.exchange(WireRequest("GET", path, [("Accept", accept)]))
            }
            #expect(try status("/api/me/").status == 406)
            #expect(try status("/api/me/", PageVisitor.accept)["Content-Type"] == "application/json")
            for path in ["/api/me/?format=api", "/login/", "/assets/x", "/"] {
                let answer = try status(path, "*/*")
                #expect(answer.status == 404 && answer["Content-Type"] == "application/json", "\(path)")
            }
            let options = try client.exchange(WireRequest("OPTIONS", "/api/me/"))
            #expect(options.text.contains(#""renders":["application/json"]"#))
        }

        @Test("staff: everybody else gets the login only, and their forms do nothing")
        func staff() throws {
            let server = try ServerProcess(["--browsable-api", "staff"])
            let visitor = PageVisitor(port: server.port)
            for path in ["/", "/api/", "/api/me/", "/docs/errors/", "/nowhere"] {
                let door = try visitor.open(path)
                #expect(door.status == 401 && door.text.contains("<h1>Log in</h1>") && !door.text.contains("operation"))
            }
            let email = freshEmail()
            let account = [("email", email), ("password", WireClient.password)]
            #expect(try visitor.send("/api/register/", account).status == 401)
            #expect(try WireClient(port: server.port).login(email).status == 401, "nothing was done")
            try WireClient(port: server.port).enrol(email)
            #expect(try visitor.send("/login/", account).status == 303)
            #expect(try visitor.open("/api/me/").status == 403, "not of the staff")
            let chief = freshEmail()
            let made = try server.command(
                ["createsuperuser", "--email", chief, "--noinput"],
                environment: ["OSTIARY_SUPERUSER_PASSWORD": WireClient.password])
            #expect(made.exit == .code(0), "\(made.stderr)")
            try visitor.open("/login/")
            #expect(try visitor.send("/login/", [("email", chief), ("password", WireClient.password)]).status == 303)
            #expect(try visitor.open("/api/me/").text.contains(chief))
            let json = try WireClient(port: server.port).exchange(WireRequest("GET", "/api/"))
            #expect(json.status == 200, "programs are served as ever")
        }
    }
}

enum RoutingPaths {
    static let all = [
        "/api/register/", "/api/login/", "/api/refresh/", "/api/logout/", "/api/me/", "/api/sessions/",
        "/api/sessions/{id}/", "/api/password/", "/healthz/", "/readyz/",
    ]
}

extension String {
    fileprivate func components(of text: String) -> [Range<String.Index>] { ranges(of: text) }
}
