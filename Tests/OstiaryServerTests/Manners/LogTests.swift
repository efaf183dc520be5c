import Testing

extension EndToEnd {
    @Suite struct Logs {
        @Test("no password, token or key is ever printed", arguments: ["info", "trace"])
        func secrets(level: String) throws {
            let server = try ServerProcess(logLevel: level)
            let client = WireClient(port: server.port)
            let (password, wrong, canary) = ("Canary-pass-31337", "Canary-wrong-31337", "Canary-query-31337")
            let email = freshEmail()
            try client.enrol(email, password)
            _ = try client.register(email, password)
            _ = try client.register(freshEmail(), "\(wrong)\u{0}")
            _ = try client.login(email, wrong)
            let first = try client.tokens(email, password)
            _ = try client.me(first.access)
            _ = try client.exchange(
                WireRequest("GET", "/api/me/?access_token=\(canary)", [("Authorization", "Bearer \(canary)")]))
            _ = try client.exchange(WireRequest("GET", "/api/nope/?password=\(canary)", [("Cookie", "s=\(canary)")]))
            _ = try client.exchange(WireRequest("POST", "/api/login/", json: #"{"password":"\#(canary)""#))
            _ = try client.exchange(
                WireRequest("POST", "/api/login/", [("Content-Type", "text/\(canary)")], body: [120]))
            let second = try Tokens(client.refresh(first.refresh))
            _ = try client.refresh(first.refresh)
            _ = try client.logout(second.refresh)
            _ = try client.put(#"{"email":"\#(email)","username":5}"#, second.access)
            let result = try server.command(
                ["createsuperuser", "--email", freshEmail(), "--noinput"],
                environment: ["OSTIARY_SUPERUSER_PASSWORD": password + "-root"])
            #expect(result.exit == .code(0), "\(result)")
            #expect(server.terminate() == .code(0))

            let output = server.output + result.stdout + result.stderr
            var secrets = [password, wrong, canary, "Canary", ServerProcess.secretKey]
            for tokens in [first, second] {
                secrets += [tokens.refresh, tokens.refresh.replacing("-", with: ""), tokens.access]
                secrets += tokens.access.split(separator: ".").dropFirst().map(String.init)
            }
            for (index, secret) in secrets.enumerated() {
                #expect(!output.contains(secret), "secret \(index) is in the output")
            }
            #expect(!output.contains("$argon2"))
            if level == "info" { #expect(output.contains("/api/login"), "requests are logged") }
        }

        @Test("each line of a JSON log is a JSON object")
        func json() throws {
            let server = try ServerProcess()
            let client = WireClient(port: server.port)
            _ = try client.exchange(WireRequest("GET", "/api/me/%22%0a%5c\"", [("User-Agent", "\"\\\u{e9}")]))
            let id = try client.me("x")["X-Request-ID"] ?? "none"
            #expect(server.terminate() == .code(0))
            let lines = server.output.split(separator: "\n").filter { $0.contains("/api/me") }
            #expect(!lines.isEmpty && lines.allSatisfy { $0.hasPrefix("{") && $0.hasSuffix("}") }, "\(lines)")
            #expect(lines.contains { $0.contains(id) }, "a line names the request by the id of the answer")
        }
    }
}
