// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport
import Testing

extension EndToEnd {
    /// What the server says of itself.
    @Suite struct SchemaDescription {
        private static let root = #filePath.split(separator: "/").dropLast(4).reduce("") { "\($0)/\($1)" }

        @Test("openapi.yaml is what this program prints; `make openapi` writes it anew")
        func committed() throws {
            let printed = try runCommand(["openapi"])
            #expect(printed.exit == .code(0) && printed.stderr.isEmpty)
            #expect(printed.stdout == text(ofFile: Self.root + "/openapi.yaml"), "run: make openapi")
        }

        @Test("the command writes a file, or says why it cannot")
        func command() throws {
            let directory = try TemporaryDirectory()
            let file = directory.file("openapi.json")
            #expect(try runCommand(["openapi", "--format", "json", "--output", file]).exit == .code(0))
            // A server with mail serves every operation, and has a public URL.
            let mail = try MailServer()
            let served = try mail.client.exchange(WireRequest("GET", "/api/schema/"))
            let server = #/"servers":\[[^\]]*\]/#
            let (printed, told) = (text(ofFile: file), served.text + "\n")
            #expect(printed.replacing(server, with: "") == told.replacing(server, with: ""))
            let failed = try runCommand(["openapi", "--output", directory.file("none/openapi.json")])
            #expect(failed.exit == .code(73) && failed.stderr.contains("none/openapi.json") && !failed.hasStackTrace)
        }

        @Test(
            "it is for everybody, in the format that is asked for",
            arguments: [
                ("/api/schema/", "*/*", 200, "application/json"),
                ("/api/schema", "application/yaml", 200, "application/yaml"),
                ("/api/schema/?format=yaml", "*/*", 200, "application/yaml"),
                ("/api/schema/?format=yaml", "application/json", 406, "application/json"),
                ("/api/schema/", "text/html", 200, "text/html; charset=utf-8"),
                ("/api/schema/", "application/xml", 406, "application/json"),
                ("/api/me/?format=yaml", "*/*", 404, "application/json"),
                ("/api/me/", "application/yaml", 406, "application/json"),
                ("/api/", "*/*", 200, "application/json"), ("/docs/errors", "*/*", 200, "application/json"),
            ])
        func negotiation(target: String, accept: String, status: Int, type: String) throws {
            let headers = [("Accept", accept), ("Authorization", "Bearer stale")]
            let answer = try SharedServers.client().exchange(WireRequest("GET", target, headers))
            #expect(answer.status == status)
            #expect(answer["Content-Type"] == type)
        }

        @Test("a refusal there is JSON, also to whoever wants YAML")
        func refusal() throws {
            let answer = try SharedServers.client().exchange(
                WireRequest("POST", "/api/schema/", [("Accept", "application/yaml")]))
            #expect(answer.status == 405 && answer["Content-Type"] == "application/json")
        }

        @Test("a server that knows its address says so")
        func address() throws {
            let server = try ServerProcess(["--public-url", "https://id.example.com"])
            let answer = try WireClient(port: server.port).exchange(WireRequest("GET", "/api/schema/"))
            #expect(answer.text.contains(#""servers":[{"url":"https://id.example.com"}]"#))
        }

        @Test("it is valid, the same as JSON and YAML, and complete")
        func valid() throws {
            let printed = try SchemaTool.run("validate", at: SharedServers.ordinary().port)
            figure("the description", printed.filter { $0 != "\n" })
        }

        @Test("a client that knows nothing else does the whole flow")
        func client() throws {
            let server = try ServerProcess()
            #expect(try SchemaTool.run("client", at: server.port) == "done\n")
        }
    }
}
