// SPDX-License-Identifier: Apache-2.0

import Glibc
import OstiaryTestSupport
import Testing

extension EndToEnd {
    /// The clients of `docs/clients`, each as processes that share one storage.
    @Suite struct Clients {
        private let directory: TemporaryDirectory
        private var storage: String { directory.file("session") }

        init() throws { directory = try TemporaryDirectory() }

        @Test("a lossy network and SIGKILL cost no session", arguments: ClientProgram.allCases)
        func chaos(_ client: ClientProgram) throws {
            let name = "\(client.rawValue) client"
            var generator = SeededGenerator(seed: SeededGenerator.printedSeed(name))
            let (server, proxy) = try lossyServer(&generator)
            let email = freshEmail()
            try WireClient(port: server.port).enrol(email)
            try client.run("login", email, WireClient.password, at: server.port, storage: storage)

            let start = ContinuousClock.now
            func begin(_ count: Int, _ output: String) throws -> ChildProcess {
                try client.start("refresh", "\(count)", at: proxy.port, storage: storage, output: output)
            }
            let (steady, mortal) = (directory.file("steady"), directory.file("mortal"))
            func refreshes(_ file: String) -> Int { text(ofFile: file).matches(of: /refreshed\n/).count }
            let process = try begin(Self.count, steady)
            var kills = 0
            let deadline = Deadline(60 + Double(Self.count))
            while !deadline.passed {
                let victim = try begin(.max, mortal)
                pause(Double.random(in: 0.2...1, using: &generator))
                if victim.exit() == nil { kills += 1 }
                victim.killNow()
                if process.exit() != nil { break }
            }
            #expect(process.exit() == .code(0), "\(text(ofFile: steady).suffix(2_000))")
            figure(name, seconds: seconds(since: start))
            #expect(refreshes(steady) == Self.count)
            for file in [steady, mortal] { #expect(!text(ofFile: file).contains("signed out")) }
            try judge(name, server, proxy, kills: kills, refreshes: refreshes(steady) + refreshes(mortal))
            let last = try client.run("refresh", "2", at: server.port, storage: storage)
            #expect(last == "refreshed\nrefreshed\n")
        }

        @Test("two tabs of a browser, with Web Locks and without", arguments: ["locks", "none"])
        func tabs(_ locks: String) throws {
            let name = "JavaScript client, two tabs, Web Locks: \(locks)"
            var generator = SeededGenerator(seed: SeededGenerator.printedSeed(name))
            let (server, proxy) = try lossyServer(&generator)
            let email = freshEmail()
            try WireClient(port: server.port).enrol(email)
            let start = ContinuousClock.now
            let client = ClientProgram.javaScript
            let printed = try client.run(
                "tabs", locks, "\(Self.count)", email, WireClient.password, at: proxy.port, storage: storage,
                timeout: ClientProgram.shortTimeout, within: 60 + Double(Self.count))
            figure(name, seconds: seconds(since: start))
            let lines = printed.split(separator: "\n")
            #expect(lines == Array(repeating: "refreshed", count: 2 * Self.count), "\(lines.suffix(20))")
            try judge(name, server, proxy, kills: 0, refreshes: lines.count)
        }

        @Test("two processes wait for each other's refresh", arguments: ClientProgram.allCases.filter(\.takesTurns))
        func turns(_ client: ClientProgram) throws {
            let server = try ServerProcess()
            let email = freshEmail()
            try WireClient(port: server.port).enrol(email)
            try client.run("login", email, WireClient.password, at: server.port, storage: storage)
            try parallel(2) { [storage] _ in
                try client.run("refresh", "30", at: server.port, storage: storage)
            }
            #expect(!server.output.contains("refresh_repeated") && !server.output.contains("refresh_token_replayed"))
        }

        @Test("no change of a folder's state is lost")
        func folder() throws {
            let nobody = try FreePorts.next()
            let sums = try parallel(3) { [storage] _ in
                try ClientProgram.javaScript.run("count", "50", at: nobody, storage: storage)
            }
            #expect(sums.contains("300\n"), "\(sums)")
        }

        @Test("a session that has ended is dropped, and so is one that was left", arguments: ClientProgram.allCases)
        func ends(_ client: ClientProgram) throws {
            let server = try SharedServers.ordinary()
            let nobody = try FreePorts.next()
            let wire = WireClient(port: server.port)
            let (email, other) = try wire.newSession()
            let bearer = [("Authorization", "Bearer \(other.access)")]
            func run(_ command: String, at port: UInt16) throws -> String {
                try client.run(command, at: port, storage: storage)
            }
            #expect(try run("me", at: nobody) == "signed out\n")
            for _ in 0..<2 {
                try client.run("login", email, WireClient.password, at: server.port, storage: storage)
                #expect(try run("me", at: server.port) == "200\n")
                #expect(try wire.exchange(WireRequest("DELETE", "/api/sessions/", bearer)).status == 204)
                #expect(try run("me", at: server.port) == "signed out\n")
                #expect(try run("me", at: nobody) == "signed out\n", "nothing is left to send")
            }
            try client.run("login", email, WireClient.password, at: server.port, storage: storage)
            #expect(try run("logout", at: server.port).isEmpty)
            #expect(try run("me", at: nobody) == "signed out\n")
            let sessions = try wire.exchange(WireRequest("GET", "/api/sessions/", bearer)).text
            #expect(sessions.split(separator: "\"id\"").count == 2, "only that of the test is left")
        }

        @Test("one pair is sent until it is answered", arguments: ClientProgram.allCases)
        func sameAgain(_ client: ClientProgram) throws {
            let refusal = #"{"error":"Invalid refresh token"}"#
            let pair = #"{"access_token":"a","refresh_token":"b"}"#
            let server = try ScriptedServer([
                ScriptedServer.answer("429 Too Many Requests", "<html></html>", "Retry-After: 1\r\n"),
                ScriptedServer.answer("503 Service Unavailable", "{}", "Retry-After: 1\r\n"),
                ScriptedServer.answer(
                    "503 Service Unavailable", "{}", "Retry-After: Thu, 01 Jan 1970 00:00:00 GMT\r\n"),
                ScriptedServer.answer("502 Bad Gateway", "<html></html>"),
                ScriptedServer.answer("500 Internal Server Error", refusal),
                ScriptedServer.answer("401 Unauthorized", refusal),
                ScriptedServer.answer("404 Not Found", refusal),
                ScriptedServer.answer("400 Bad Request", #"{"detail":"Invalid refresh token"}"#),
                ScriptedServer.answer("400 Bad Request", "[]"),
                "",
                "HTTP/1.1 200 OK\r\nContent-",
                String(ScriptedServer.answer("200 OK", pair).dropLast(5)),
                String(ScriptedServer.answer("400 Bad Request", refusal).dropLast(1)),
                ScriptedServer.answer("200 OK", "<html></html>"),
                ScriptedServer.answer("200 OK", "{}"),
            ])
            try client.run("login", "a", "b", at: server.port, storage: storage)
            let first = try client.run("refresh", "2", at: server.port, storage: storage)
            #expect(first == "refreshed\nrefreshed\n")
            let sent = server.refreshes
            try #require(sent.count == 16)
            #expect(Set(sent.map(\.0)).count == 1, "one token with one key")
            for index in 0..<2 { #expect((sent[index + 1].at - sent[index].at) / .seconds(1) >= 1) }

            try client.run("refresh", "3", at: server.port, storage: storage)
            let later = server.refreshes.dropFirst(15).map(\.0)
            #expect(later.count == 3 && Set(later.map(\.token)).count == 3 && Set(later.map(\.key)).count == 3)
            #expect(later.allSatisfy { (22...128).contains($0.key.count) })
        }

        private static let count = TestScale.count(60)

        /// Access tokens live so briefly there that requests meet 401, too.
        private func lossyServer(_ generator: inout SeededGenerator) throws -> (ServerProcess, ChaosProxy) {
            let server = try ServerProcess(environment: ["OSTIARY_ACCESS_TOKEN_LIFETIME": "2"])
            return (server, try ChaosProxy(to: server.port, width: 16, seed: generator.next()))
        }

        private func judge(
            _ name: String, _ server: ServerProcess, _ proxy: ChaosProxy, kills: Int, refreshes: Int
        ) throws {
            let log = server.output
            let lost = proxy.fates.reduce(0) { $0 + ($1.key == .passes ? 0 : $1.value) }
            let repeated = log.matches(of: /refresh_repeated/).count
            let replayed = log.matches(of: /refresh_token_replayed/).count
            figure(
                "\(name): refreshes, requests that came to grief, kills", "\(refreshes), \(lost), \(kills)")
            figure("\(name): refreshes repeated, replays", "\(repeated), \(replayed)")
            #expect(replayed == 0)
            #expect(lost > 0 && repeated > 0)
        }
    }
}
