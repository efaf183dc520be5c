// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport
import Testing

extension EndToEnd.Alone {
    /// One Redis, used by a server and by real Django with django-constance at the same time.
    @Suite struct DjangoSharing {
        @Test("what Django's command sets is in the next login here, and what is set here Django reads next")
        func bothWays() throws {
            let redis = try RedisServer()
            let django = try DjangoProject(redis)
            let server = try ServerProcess(["--redis-url", redis.url])
            let client = WireClient(port: server.port)
            let (email, first) = try client.newSession()
            #expect(try first.lifetime == 108_000)

            #expect(try django.manage("constance", "set", "ACCESS_TOKEN_LIFETIME", "600").exit == .code(0))
            let start = ContinuousClock.now
            let reached: Bool? = try waitUntil(5, every: 2_000) {
                try client.tokens(email).lifetime == 600 ? true : nil
            }
            figure("manage.py constance set: in a login after", seconds: seconds(since: start))
            #expect(reached == true && seconds(since: start) < 1)

            let arguments = ["--redis-url", redis.url]
            let set = try server.command(["settings", "set", "REFRESH_TOKEN_LIFETIME", "1200"] + arguments)
            #expect(set.exit == .code(0) && set.stdout.contains("2592000 → 1200"))
            #expect(try django.evaluate("config.REFRESH_TOKEN_LIFETIME") == "1200")
            #expect(try django.manage("constance", "get", "REFRESH_TOKEN_LIFETIME").stdout == "1200\n")

            let list = try server.command(["settings", "list"] + arguments).stdout
            #expect(list.contains("redis") && list.contains("600") && list.contains("1200"))
            let history = try server.command(["settings", "history"] + arguments).stdout
            let another = history.split(separator: "\n").filter { $0.contains("another program") }
            #expect(another.contains { $0.contains("ACCESS_TOKEN_LIFETIME") && $0.contains("600") })
            #expect(!another.contains { $0.contains("REFRESH_TOKEN_LIFETIME") }, "our own change is not another's")

            #expect(try server.command(["settings", "unset", "ACCESS_TOKEN_LIFETIME"] + arguments).exit == .code(0))
            #expect(try redis.connection().get("constance:ACCESS_TOKEN_LIFETIME") == nil, "a real delete")
            #expect(try django.evaluate("config.ACCESS_TOKEN_LIFETIME") == "108000")
        }

        @Test("a rate is a text on both sides")
        func rates() throws {
            let redis = try RedisServer()
            let django = try DjangoProject(redis)
            let server = try ServerProcess(["--redis-url", redis.url], throttling: true)
            #expect(try django.evaluate("config.THROTTLE_REGISTER") == "'20/hour'", "Django writes its default")
            #expect(try django.manage("constance", "set", "THROTTLE_REGISTER", "1/h").exit == .code(0))
            let list = ["settings", "get", "THROTTLE_REGISTER", "--redis-url", redis.url]
            #expect(try server.command(list).stdout == "1/hour\n")
            let client = WireClient(port: server.port)
            let held: Bool? = try waitUntil(5) { try client.register(freshEmail()).status == 429 ? true : nil }
            #expect(held == true)
            let set = try server.command(["settings", "set", "THROTTLE_REGISTER", "off", "--redis-url", redis.url])
            #expect(set.stdout.contains("THROTTLE_REGISTER: 1/hour → off"), "\(set)")
            #expect(try django.evaluate("config.THROTTLE_REGISTER") == "'off'")
            try django.evaluate("config.THROTTLE_REGISTER = 'often'")
            let warned: Bool? = waitUntil(3) { server.output.contains("a stored setting is not valid") ? true : nil }
            #expect(warned == true)
            #expect(try client.register(freshEmail()).status == 200, "the last good value stays")
        }

        @Test("values that are no lifetime are named once and change nothing")
        func invalid() throws {
            let redis = try RedisServer()
            let django = try DjangoProject(redis)
            let server = try ServerProcess(["--redis-url", redis.url])
            let probe = try LifetimeProbe(server)
            try django.evaluate("config.ACCESS_TOKEN_LIFETIME = 700")
            #expect(try probe.delay(until: 700) < 1)
            let bad = [
                "config.ACCESS_TOKEN_LIFETIME = 0", "config.ACCESS_TOKEN_LIFETIME = 315360001",
                "config.ACCESS_TOKEN_LIFETIME = 2 ** 70", "config.ACCESS_TOKEN_LIFETIME = '700'",
                "config.ACCESS_TOKEN_LIFETIME = float('nan')", "config.ACCESS_TOKEN_LIFETIME = True",
            ]
            for (index, source) in bad.enumerated() {
                try django.evaluate(source)
                let warned: Bool? = waitUntil(3) {
                    server.output.matches(of: /a stored setting is not valid/).count == index + 1 ? true : nil
                }
                #expect(warned == true, "\(source)")
                #expect(try probe.observe(0.2).lifetimes == [700])
            }
            try redis.connection().set("constance:ACCESS_TOKEN_LIFETIME", [0x80, 0x04, 0x4B, 0x2A, 0x2E])
            #expect(try probe.observe(0.7).lifetimes == [700], "a pickle is not read")
            #expect(server.output.matches(of: /a stored setting is not valid/).count == bad.count + 1)
            try redis.connection().set("constance:ACCESS_TOKEN_LIFETIME", Array("701".utf8))
            #expect(try probe.delay(until: 701) < 1)
        }
    }
}
