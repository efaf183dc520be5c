// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport
import Testing

extension EndToEnd {
    /// A real Chromium on the pages of links.
    @Suite struct LinkWalks {
        @Test(
            "people use links with scripts, without them and by keyboard, wide and narrow, in both schemes",
            arguments: ["on", "off", "keys"])
        func walk(_ mode: String) throws {
            _ = try Executable.required("chromedriver", package: "chromium-driver")
            // The browser speaks plain http to this machine, so its cookies must not ask for https.
            let server = try MailServer(environment: ["OSTIARY_PUBLIC_URL": "http://127.0.0.1:{port}"])
            let (client, email) = (server.client, freshEmail())
            try client.enrol(email)
            var tokens = [try server.messages(to: email)[0].token]
            for (count, path) in [(2, "/api/password/reset/"), (3, "/api/login/email/")] {
                _ = try client.use(path, ["email": email])
                tokens.append(try #require(server.messages(to: email, count).last).token)
            }
            let pages = zip(["verify", "reset", "login"], tokens).map { "/account/\($0)/?token=\($1)" }
            let result = try CommandResult(
                PageWalks.python.get(),
                ["-B", "\(PageWalks.folder)/Browser/links.py", "http://127.0.0.1:\(server.process.port)", mode, email]
                    + pages,
                environment: Executable.inheritedEnvironment, within: 180)
            for line in result.stdout.split(separator: "\n") where line.hasPrefix("figure") { print(line) }
            #expect(result.exit == .code(0), "\(result.stderr.suffix(4_000)) \(result.stdout.suffix(1_000))")
        }
    }
}
