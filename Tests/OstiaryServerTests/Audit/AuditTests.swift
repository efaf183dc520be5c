// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import Glibc
import OstiarySQL
import OstiarySQLite
import OstiaryTestSupport
import Testing

extension EndToEnd {
    @Suite struct Audit {
        @Test("a flood of refused logins is a row or two, written once a second, with how many there were")
        func flood() throws {
            let server = try ServerProcess(["--hash-threads", "2"])
            let client = WireClient(port: server.port)
            let email = freshEmail()
            let id = try client.enrol(email)
            for _ in 0..<30 { #expect(try client.login(email, "wrong").status == 401) }
            #expect(server.terminate() == .code(0), "the last ones are written before the end")
            let refused = try server.audited(["--event", "login_refused"])
            // One row for each minute that the test has touched.
            #expect(refused.count <= 2 && refused.map(\.count).reduce(0, +) == 30, "\(refused)")
            #expect(
                refused.allSatisfy { $0.user == id && $0.cause == "wrong_password" && $0.network == "127.0.0.1/32" })
            #expect(try server.audited(["--user", email]).map(\.event).last == "login_refused")
            let log = text(ofFile: server.stderrFile)
            #expect(!log.contains(email), "no address of a person in the log")
        }

        @Test("throttled logins are counted with the budget that was spent, and the address that was tried is found")
        func throttled() throws {
            let server = try ServerProcess(throttling: true, environment: ["OSTIARY_THROTTLE_LOGIN_ACCOUNT": "2/h"])
            let client = WireClient(port: server.port)
            let email = freshEmail()
            let statuses = try (0..<4).map { _ in try client.login(email, "wrong").status }
            #expect(statuses == [401, 401, 429, 429])
            #expect(server.terminate() == .code(0))
            let tried = try server.audited(["--user", email.uppercased()])
            #expect(Set(tried.map(\.event)) == ["login_refused", "login_throttled"], "\(tried)")
            #expect(tried.last { $0.event == "login_throttled" }?.cause == "login_account")
            #expect(tried.allSatisfy { $0.user == nil && $0.object?.hasPrefix("address:") == true })
            let keyless = try runCommand(
                ["audit", "list", "--user", email, "--data-dir", server.dataDirectory])
            #expect(keyless.exit != .code(0) && keyless.stderr.contains("OSTIARY_SECRET_KEY"), "\(keyless)")
            #expect(try server.audited(["--user", freshEmail()]).isEmpty)
        }

        @Test(
            "audit lines tell as much of the address as --log-addresses says", arguments: ["full", "network", "none"])
        func addresses(mode: String) throws {
            let server = try ServerProcess(["--log-addresses", mode, "--trusted-hops", "1", "--admin", "off"])
            let client = WireClient(port: server.port)
            let request = WireRequest(
                "POST", "/api/register/", [("X-Forwarded-For", "2001:db8::7")],
                json: "{\"email\":\"\(freshEmail())\",\"password\":\"\(WireClient.password)\"}")
            #expect(try client.exchange(request).status == 200)
            #expect(server.terminate() == .code(0))
            let lines = text(ofFile: server.stderrFile).split(separator: "\n").filter { $0.contains("\"audit\"") }
            let told = ["full": "\"2001:db8::7\"", "network": "\"2001:db8::/64\"", "none": ""][mode] ?? ""
            #expect(lines.count == 1 && lines.allSatisfy { told.isEmpty ? !$0.contains("2001") : $0.contains(told) })
        }

        @Test("the list filters by event and time, and says what there is")
        func filters() throws {
            let server = try ServerProcess(["--admin", "off"])
            let client = WireClient(port: server.port)
            _ = try client.newSession()
            _ = try client.newSession()
            #expect(try server.audited(["--event", "logged_in"]).count == 2)
            #expect(try server.audited(["--since", "1h"]).count == 4)
            #expect(try server.audited(["--until", "1h"]).isEmpty)
            #expect(try server.audited(["--since", "2020-01-01T00:00:00Z", "--until", "2021-01-01T00:00:00Z"]).isEmpty)
            #expect(try server.audited(["--user", "2"]).map(\.event) == ["registered", "logged_in"])
            let newest = try server.command(["audit", "list", "--limit", "1"])
            #expect(newest.stdout.contains("logged_in") && newest.stdout.contains("client"), "\(newest)")
            for (arguments, hint) in [
                (["--event", "logged_it"], "Did you mean logged_in?"), (["--since", "yesterday"], "2026-11-27T08"),
                (["--limit", "0"], "1…10000"), (["--user", "nobody"], "its e-mail address or its id"),
            ] {
                let refused = try server.command(["audit", "list"] + arguments)
                #expect(refused.exit != .code(0) && refused.stderr.contains(hint), "\(refused)")
            }
        }

        @Test("--follow shows each entry once, as it comes")
        func follow() throws {
            let server = try ServerProcess(["--admin", "off"])
            let client = WireClient(port: server.port)
            let (email, _) = try client.newSession()
            let (out, errors) = (server.directory.file("follow.out"), server.directory.file("follow.err"))
            let following = try ChildProcess(
                OstiaryBinary.path(), ["audit", "list", "--follow", "--json", "--data-dir", server.dataDirectory],
                environment: [:], output: out, errors: errors)
            func lines() throws -> [AuditLine] {
                try text(ofFile: out).split(separator: "\n").map {
                    try JSONDecoder().decode(AuditLine.self, from: Data($0.utf8))
                }
            }
            func wait(for count: Int) throws {
                let reached: Bool? = try waitUntil(10) { try lines().map(\.count).reduce(0, +) >= count ? true : nil }
                guard reached == true else { throw Failure("\(text(ofFile: out)) \(text(ofFile: errors))") }
            }
            try wait(for: 2)
            for _ in 0..<3 { #expect(try client.login(email, "wrong").status == 401) }
            try wait(for: 5)
            #expect(try client.login(email, "wrong").status == 401)
            _ = try client.tokens(email)
            try wait(for: 7)
            pause(1.5)
            let events = try lines()
            #expect(events.map(\.count).reduce(0, +) == 7, "\(events)")
            #expect(events.filter { $0.event == "login_refused" }.map(\.count).reduce(0, +) == 4, "\(events)")
            kill(following.pid, SIGINT)
            #expect(following.exit(within: 5) != nil)
        }

        @Test("old entries are deleted after AUDIT_RETENTION days, none at 0")
        func retention() throws {
            let server = try ServerProcess(["--admin", "off"])
            _ = try WireClient(port: server.port).newSession()
            #expect(server.terminate() == .code(0))
            let database = try SQLiteConnection(path: server.databaseFile, role: .writer, busyTimeout: 5_000)
            try database.execute("UPDATE ostiary_audit SET at = at - 91 * 86400000000")
            let result = try server.command(["cleanup"], environment: ["OSTIARY_AUDIT_RETENTION": "0"])
            #expect(result.exit == .code(0), "\(result)")
            #expect(try server.audited().count == 3)
            #expect(try server.command(["cleanup"]).stdout.contains("Deleted 2 expired rows."))
            #expect(try server.audited().map(\.event) == ["cleaned_up", "cleaned_up"])
        }

        @Test(
            "the fail2ban filter of the documentation bans who guesses, and nobody else", arguments: ["text", "json"])
        func failToBan(format: String) throws {
            let server = try ServerProcess(["--trusted-hops", "1", "--log-format", format])
            let client = WireClient(port: server.port)
            let email = freshEmail()
            try client.enrol(email)
            func login(from address: String, _ password: String) throws -> Int {
                let json = "{\"email\":\"\(email)\",\"password\":\"\(password)\"}"
                return try client.exchange(
                    WireRequest("POST", "/api/login/", [("X-Forwarded-For", address)], json: json)
                ).status
            }
            // The path is the client's: it must not look like a line of ours.
            let forged = "/api/x%0aaudit%20actor=client%20address=192.0.2.66%20cause=x%20event=login_refused%20object=1"
            _ = try client.exchange(WireRequest("GET", forged, [("X-Forwarded-For", "192.0.2.66")]))
            for address in ["203.0.113.7", "2001:db8::7"] { #expect(try login(from: address, "wrong") == 401) }
            #expect(try login(from: "198.51.100.1", WireClient.password) == 200)
            #expect(server.terminate() == .code(0))
            let root = #filePath.split(separator: "/").dropLast(4).reduce("") { "\($0)/\($1)" }
            let packages = "\(root)/.build/packages/fail2ban"
            let result = try CommandResult(
                "/usr/bin/python3",
                [
                    "\(packages)/usr/bin/fail2ban-regex", "--config", "\(packages)/etc/fail2ban",
                    "--print-all-matched", "--out", "ip", server.stderrFile,
                    "\(root)/docs/operating/fail2ban/filter.conf",
                ], environment: ["PYTHONPATH": "\(packages)/usr/lib/python3/dist-packages"])
            let found = result.stdout.split(separator: "\n").map(String.init)
            #expect(found.sorted() == ["2001:db8::7", "203.0.113.7"], "\(result) \(text(ofFile: server.stderrFile))")
        }
    }
}
