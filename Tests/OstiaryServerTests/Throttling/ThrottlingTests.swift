// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport
import Synchronization
import Testing

extension EndToEnd.Alone {
    /// Limits as a client meets them.
    @Suite struct Throttling {
        private func server(_ arguments: [String] = [], _ environment: [String: String] = [:]) throws -> ServerProcess {
            try ServerProcess(["--trusted-hops", "1"] + arguments, throttling: true, environment: environment)
        }

        @Test("the eleventh try of strangers is 429, and who waits as told logs in")
        func waits() throws {
            let server = try server()
            let email = freshEmail()
            #expect(try Visitor(server, from: "198.51.100.1").register(email).status == 200)
            for number in 0..<10 {
                #expect(try Visitor(server, from: "192.0.2.\(number)").login(email, "wrong").status == 401)
            }
            let stranger = Visitor(server, from: "203.0.113.1")
            let refused = try stranger.login(email)
            let seconds = try #require(refused.throttledFor, "\(refused)")
            #expect(seconds <= 6 && refused["Cache-Control"] == "no-store")
            pause(Double(seconds))
            #expect(try stranger.login(email).status == 200)
        }

        @Test("who does not wait as told is held up a little each time, and holds up nobody else")
        func held() throws {
            let server = try server([], ["OSTIARY_THROTTLE_LOGIN_NETWORK": "1/hour"])
            let hasty = Visitor(server, from: "192.0.2.1")
            #expect(try hasty.login(freshEmail()).status == 401)
            let start = ContinuousClock.now
            for _ in 0..<10 { #expect(try hasty.login(freshEmail()).throttledFor != nil) }
            #expect(seconds(since: start) >= 0.1)
        }

        @Test("the owner logs in from a known network while strangers hammer")
        func owner() throws {
            let server = try server()
            let email = freshEmail()
            let owner = Visitor(server, from: "2001:db8:1:2::1")
            #expect(try owner.register(email).status == 200)
            #expect(try owner.login(email).status == 200)
            let isOver = Atomic(false)
            let statuses = Mutex<[Int: Int]>([:])
            let attackers = try BackgroundThreads(4) { thread in
                var number = 0
                while !isOver.load(ordering: .relaxed) {
                    number += 1
                    // As they come: IPv4, and IPv6 of ever new networks.
                    let address =
                        number % 2 == 0 ? "192.0.2.\(number % 256)" : "2001:db8:\(thread + 9):\(number % 9999)::1"
                    let status = try Visitor(server, from: address).login(email, "wrong").status
                    statuses.withLock { $0[status, default: 0] += 1 }
                }
            }
            var slowest = 0.0
            for round in 0..<15 {
                let start = ContinuousClock.now
                // The same customer, another device of the /64.
                let answer = try Visitor(server, from: "2001:db8:1:2::\(round)").login(email)
                #expect(answer.status == 200, "\(answer)")
                slowest = max(slowest, seconds(since: start))
                pause(0.1)
            }
            let stranger = try Visitor(server, from: "203.0.113.9").login(email)
            isOver.store(true, ordering: .relaxed)
            try attackers.join()
            #expect(stranger.throttledFor != nil, "\(stranger)")
            let seen = statuses.withLock { $0 }
            figure("tries of strangers while the owner logged in 15 times", "\(seen)")
            figure("slowest login of the owner", seconds: slowest)
            #expect(Set(seen.keys).isSubset(of: [401, 429]))
            #expect(seen[429, default: 0] > 50 && seen[401, default: 0] < 40)
        }

        @Test("without trusted hops nobody chooses a network")
        func forged() throws {
            let server = try ServerProcess(throttling: true, environment: ["OSTIARY_THROTTLE_LOGIN_NETWORK": "3/hour"])
            for number in 0..<3 {
                #expect(try Visitor(server, from: "192.0.2.\(number)").login(freshEmail()).status == 401)
            }
            #expect(try Visitor(server, from: "192.0.2.200").login(freshEmail()).throttledFor == 1_200)
        }

        @Test("registrations: the contract's answer, problem details, and the metric")
        func registrations() throws {
            let port = try FreePorts.next()
            let server = try server(
                ["--metrics-address", "127.0.0.1:\(port)"], ["OSTIARY_THROTTLE_REGISTER": "2/hour"])
            let visitor = Visitor(server, from: "192.0.2.1")
            for _ in 0..<2 { #expect(try visitor.register(freshEmail()).status == 200) }
            let refused = try visitor.register(freshEmail())
            #expect(refused.throttledFor == 1_800, "\(refused)")
            let problem = try visitor.register(freshEmail(), accepts: "application/problem+json")
            #expect(problem.status == 429 && problem.member("code") == "throttled", "\(problem)")
            #expect(try Visitor(server, from: "192.0.2.2").register(freshEmail()).status == 200)
            let metrics = try WireClient(port: port).exchange(WireRequest("GET", "/metrics")).text
            #expect(metrics.contains(#"ostiary_throttled_total{scope="register"} 2"#), "\(metrics.suffix(2000))")
        }

        @Test("a throttled refresh spends nothing: the same token and key are good when it is time")
        func refreshes() throws {
            let server = try ServerProcess(throttling: true, environment: ["OSTIARY_THROTTLE_REFRESH": "20/min"])
            let client = WireClient(port: server.port)
            var token = try client.newSession().tokens.refresh
            let other = try client.newSession().tokens
            for number in 0..<20 {
                token = try Tokens(client.refresh(token, key: "key-of-this-test-\(number)")).refresh
            }
            let refused = try client.refresh(token, key: "key-of-this-test-20")
            let seconds = try #require(refused.throttledFor, "\(refused)")
            #expect(try client.refresh(other.refresh).status == 200, "another session")
            pause(Double(seconds))
            let next = try Tokens(client.refresh(token, key: "key-of-this-test-20"))
            #expect(try client.me(next.access).status == 200)
        }

        @Test("the own password is limited too, and a changed rate holds at once")
        func password() throws {
            let server = try server()
            let (_, tokens) = try WireClient(port: server.port).newSession()
            let client = WireClient(port: server.port)
            func change() throws -> WireAnswer {
                try client.exchange(
                    WireRequest(
                        "POST", "/api/password/", [("Authorization", "Bearer \(tokens.access)")],
                        json: #"{"current_password":"wrong","new_password":"another secure 7"}"#))
            }
            for _ in 0..<5 { #expect(try change().status == 400) }
            let seconds = try #require(try change().throttledFor)
            #expect(seconds <= 12)
            let set = try server.command(["settings", "set", "THROTTLE_PASSWORD", "off"])
            #expect(set.stdout.contains("5/min → off"), "\(set)")
            let free: Bool? = try waitUntil(2) { try change().status == 400 ? true : nil }
            #expect(free == true)
        }

        @Test("off is told at the start and by check")
        func off() throws {
            let server = try ServerProcess()
            #expect(server.output.contains("throttling is off"))
            for number in 0..<15 {
                #expect(try WireClient(port: server.port).login("user\(number % 2)@mail.example", "x").status == 401)
            }
            for more in [[], ["--deploy"]] {
                let warned = try server.command(["check"] + more, environment: ["OSTIARY_THROTTLING": "off"])
                #expect(warned.stdout.contains("warning throttling_off"), "\(warned)")
                #expect(try !server.command(["check"] + more).stdout.contains("throttling_off"))
            }
            let wrong = try server.command(["check"], environment: ["OSTIARY_THROTTLING": "yes"])
            #expect(wrong.exit == .code(78) && wrong.stderr.contains("on or off"), "\(wrong)")
        }
    }
}
