// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport
import Testing

extension EndToEnd {
    /// Forms keep what they showed and what they were given, whatever is refused.
    @Suite struct PageForms {
        /// The value of the input or text area with this id; nil where there is none.
        private func value(_ id: String, _ page: WireAnswer) throws -> String? {
            let tag = try Regex("<input id=\"\(id)\"[^>]* value=\"([^\"]*)\"", as: (Substring, Substring).self)
            let area = try Regex("<textarea id=\"\(id)\"[^>]*>\n([^<]*)</textarea>", as: (Substring, Substring).self)
            return (page.text.firstMatch(of: tag) ?? page.text.firstMatch(of: area)).map { String($0.output.1) }
        }

        private func named(_ name: String) throws -> (PageVisitor, email: String) {
            let visitor = try PageVisitor()
            let email = try visitor.logIn()
            #expect(try visitor.send("/api/me/", [("email", email), ("username", name)], method: "PUT").status == 200)
            return (visitor, email)
        }

        @Test("the account stays in the form of PUT when another form of the page was sent")
        func otherForms() throws {
            let (visitor, email) = try named("Keeper")
            let others: [(String, [(String, String)], status: Int)] = [
                ("DELETE", [("password", "wrong")], 400), ("DELETE", [("password", "")], 400), ("OPTIONS", [], 200),
                ("DELETE", [("_content", "{"), ("_content_type", "application/json")], 400),
            ]
            for (method, fields, status) in others {
                let page = try visitor.send("/api/me/", fields, method: method)
                #expect(page.status == status)
                #expect(try value("put-email", page) == email, "\(method)")
                #expect(try value("put-username", page) == "Keeper", "\(method)")
                #expect(try value("put-content", page)?.contains("Keeper") == true, "\(method)")
            }
        }

        @Test("a refused form keeps what was typed, but no password; an accepted one shows the account")
        func typed() throws {
            let (visitor, email) = try named("Keeper")
            let refused = try visitor.send("/api/me/", [("email", "x"), ("username", "Typed")], method: "PUT")
            #expect(refused.status == 400)
            #expect(try value("put-email", refused) == "x" && value("put-username", refused) == "Typed")
            #expect(try value("put-content", refused)?.contains(email) == true)
            let proof = [("email", freshEmail()), ("username", "Typed"), ("current_password", "wrong secret")]
            let unproved = try visitor.send("/api/me/", proof, method: "PUT")
            #expect(!unproved.text.contains("wrong secret"))
            let accepted = try visitor.send("/api/me/", [("email", email), ("username", " Trimmed ")], method: "PUT")
            #expect(try accepted.status == 200 && value("put-username", accepted) == "Trimmed")
            let register = try visitor.send("/api/register/", [("email", "x"), ("password", "12")])
            #expect(try register.status == 400 && value("post-email", register) == "x")
            let header = [("refresh_token", "x"), ("_header.Idempotency-Key", "short")]
            let refresh = try visitor.send("/api/refresh/", header)
            #expect(refresh.status == 400)
            #expect(try value("post-header-Idempotency-Key", refresh) == "short")
        }

        @Test("a raw body stays as it was typed unless a secret may stand in it")
        func raw() throws {
            let (visitor, email) = try named("Keeper")
            func sent(_ content: String, _ type: String = "application/json") throws -> WireAnswer {
                try visitor.send("/api/me/", [("_content", content), ("_content_type", type)], method: "PUT")
            }
            for content in [#"{"username": "#, #"{"email": "x"}"#, #"["current"]"#] {
                let page = try sent(content)
                #expect(page.status == 400, "\(content)")
                #expect(try value("put-content", page)?.replacing("&quot;", with: "\"") == content)
                #expect(try value("put-email", page) == email)
            }
            let form = try sent("email=x&username=y", "application/x-www-form-urlencoded")
            #expect(form.status == 400 && form.text.contains("<option selected>application/x-www-form-urlencoded"))
            #expect(try value("put-content", form)?.replacing("&amp;", with: "&") == "email=x&username=y")
            let secrets = [
                #"{"email": "x", "current_password": "s3cret word"}"#, #"{"current_password": "s3cret word""#,
                #"{"current\u005fpassword": "s3cret word", "email": "x"}"#, #"{"current\u005fpassword": "s3cret word"#,
            ]
            for content in secrets { #expect(try !sent(content).text.contains("s3cret"), "\(content)") }
            let encoded = try sent("email=x&current%5Fpassword=s3cret", "application/x-www-form-urlencoded")
            #expect(!encoded.text.contains("s3cret"))
        }

        @Test("examples and flags are never taken for values")
        func placeholders() throws {
            let visitor = try PageVisitor()
            try visitor.logIn()
            for path in RoutingPaths.all {
                let page = try visitor.open(path.replacing("{id}", with: "00000000-0000-0000-0000-000000000007"))
                for match in page.text.matches(of: /placeholder="([^"]*)"/) {
                    #expect(match.output.1.hasPrefix("e.g. "), "\(path): \(match.output.1)")
                }
                #expect(!page.text.contains("**"), "\(path)")
            }
            let sessions = try visitor.open("/api/sessions/")
            #expect(sessions.text.contains(#"name="_query.all" type="checkbox" value="true""#))
            #expect(!sessions.text.contains(#"value="true" checked"#))
            #expect(try visitor.send("/api/sessions/", [("_query.all", "true")], method: "DELETE").status == 200)
            #expect(try visitor.open("/api/me/").status == 401, "the own session ended, too")
        }

        @Test("a taken or malformed address is told in a sentence, while programs get the contract's text")
        func sentences() throws {
            let visitor = try PageVisitor()
            let email = try visitor.logIn()
            let taken = [("email", email), ("password", WireClient.password)]
            for page in [
                try visitor.send("/api/register/", taken), try visitor.send("/api/register/", [("email", email)]),
            ] {
                #expect(page.status == 400)
                let list = try #require(page.text.firstMatch(of: /id="post-email-problem">(.*?)<\/ul>/)?.output.1)
                #expect(list == "<li>An account with this e-mail address exists already.</li>")
            }
            let foreign = try visitor.send("/api/register/", [("email", "jurgen@müller.de")])
            #expect(foreign.text.contains("xn--…"))
            let client = try SharedServers.client()
            #expect(try client.register(email).text == #"{"email":["custom user with this email already exists."]}"#)
            let problem = [("Accept", "application/problem+json")]
            let json = #"{"email":"\#(email)","password":"\#(WireClient.password)"}"#
            let told = try client.exchange(WireRequest("POST", "/api/register/", problem, json: json))
            #expect(told.text.contains(#""code":"unique","message":"An account with this e-mail address exists"#))
        }

        @Test("the button of a format shows the bytes of the answer to the browser's own session")
        func bytes() throws {
            let visitor = try PageVisitor()
            let email = try visitor.logIn()
            let page = try visitor.open("/api/me/")
            let link = try #require(page.text.firstMatch(of: /<a class="button quiet" href="([^"]+)">JSON</)?.output.1)
            let shown = try visitor.open(String(link).replacing("&amp;", with: "&"))
            let tokens = try #require(visitor.tokens)
            let bytes = try SharedServers.client().me(tokens.access).text
            #expect(shown.status == 200 && bytes.contains(email))
            #expect(
                shown.text.contains("<code><span class=\"p\">\(bytes.replacing("\"", with: "&quot;"))</span></code>"))
            #expect(try visitor.open("/api/schema/?_bytes=yaml").text.contains("openapi: &quot;3.1"))
            #expect(try visitor.open("/api/me/?_bytes=api").text.contains(#"<span class="k">"#), "no such form")
            #expect(try PageVisitor().open("/api/me/?_bytes=json").status == 401)
        }

        @Test("each sample of a refresh sends the key that makes a retry safe")
        func samples() throws {
            let page = try PageVisitor().open("/api/refresh/").text
            for sent in [
                "Idempotency-Key: $KEY", "Idempotency-Key&quot;: key", "HTTPHeaderField: &quot;Idempotency-Key",
            ] {
                #expect(page.contains(sent), "\(sent)")
            }
            #expect(page.matches(of: /Generate the key once for this token/).count == 4)
            #expect(try !PageVisitor().open("/api/login/").text.contains("Generate the key once"))
        }
    }
}
