// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport
import Testing

@testable import OstiaryRedis

/// The client on a real Redis.
@Suite("Redis client", .onItsOwnThread) struct RedisClientTests {
    @Test("commands are answered, also many at once")
    func commands() async throws {
        let redis = try RedisServer()
        try await ClientOnRedis.run(redis.url) { running in
            try running.connected()
            let client = running.client
            #expect(try await client.send(["SET", "a\r\n", "größe\u{0}"]) == .simple("OK"))
            #expect(try await client.send(["GET", "a\r\n"]).text == "größe\u{0}")
            #expect(try await client.send(["GET", "none"]) == .null)
            await #expect(throws: RedisError(.refused, detail: "WRONGTYPE")) {
                _ = try await client.send(["LPUSH", "a\r\n", "x"])
            }
            await #expect(throws: RedisError(.invalidCommand)) { _ = try await client.send([String]()) }
            let numbers = try await withThrowingTaskGroup(of: Int64?.self) { group in
                for _ in 0..<200 {
                    group.addTask {
                        guard case .integer(let number) = try await client.send(["INCR", "n"]) else { return nil }
                        return number
                    }
                }
                return try await group.reduce(into: Set()) { $0.insert($1) }
            }
            #expect(numbers == Set((1...200).map(Optional.init)))
        }
    }

    @Test("more commands than may wait are refused at once, and the others are answered")
    func overload() async throws {
        let redis = try RedisServer()
        var options = RedisOptions()
        options.commandsInFlight = 10
        try await ClientOnRedis.run(redis.url, options: options) { running in
            try running.connected()
            redis.pause()
            let client = running.client
            let (answered, refused) = await withTaskGroup(of: RedisError.Code?.self) { group in
                for _ in 0..<30 {
                    group.addTask {
                        do throws(RedisError) {
                            _ = try await client.send(["PING"], deadline: .seconds(10))
                            return nil
                        } catch { return error.code }
                    }
                }
                // Ten wait for their answer; only when all the others are refused does the server go on.
                return await group.reduce(into: (0, 0)) { counts, code in
                    if code == nil { counts.0 += 1 }
                    if code == .overloaded { counts.1 += 1 }
                    if counts == (0, 20) { redis.resume() }
                }
            }
            #expect(answered == 10)
            #expect(refused == 20)
        }
    }

    @Test("a change of a key with the prefix is told, of another not")
    func tracking() async throws {
        let redis = try RedisServer()
        try await ClientOnRedis.run(redis.url, tracking: "constance:") { running in
            try running.connected()
            #expect(running.client.state == .connected(tracking: true))
            let other = try redis.connection()
            try other.set("other:A", [1])
            try other.set("constance:A", [1])
            _ = try await running.client.send(["SET", "constance:B", "x"])
            try other.command("DEL", "constance:A")
            try other.command("FLUSHALL")
            let all: Bool? = waitUntil(5) { running.events.count >= 5 ? true : nil }
            #expect(all == true)
            #expect(
                running.events == [
                    .connected(tracking: true), .invalidated(keys: ["constance:A"]),
                    .invalidated(keys: ["constance:B"]), .invalidated(keys: ["constance:A"]), .invalidated(keys: nil),
                ])
        }
    }

    @Test("accounts: the right one enters, the wrong one is told so, one without the right to track is polled")
    func accounts() async throws {
        let redis = try RedisServer(["--requirepass", "p@ss:w/rd"])
        let socket = redis.socketPath
        try await ClientOnRedis.run("unix://:p%40ss%3Aw%2Frd@\(socket)?db=3", tracking: "c:") { running in
            try running.connected()
            _ = try await running.client.send(["SET", "in-three", "x"])
            for rule in [
                ["ACL", "SETUSER", "blind", "on", ">secret", "~*", "+@all", "-client|tracking"],
                ["ACL", "SETUSER", "reader", "on", ">secret", "~*", "+get", "+hello", "+client|tracking"],
            ] { #expect(try await running.client.send(rule) == .simple("OK")) }
        }
        try await ClientOnRedis.run("unix://:wrong@\(socket)", tracking: "c:") { running in
            try running.waits { $0 == .disconnected(RedisError(.authenticationFailed)) }
        }
        try await ClientOnRedis.run(redis.url, tracking: "c:") { running in
            try running.waits { $0 == .disconnected(RedisError(.authenticationFailed)) }
        }
        try await ClientOnRedis.run("unix://blind:secret@\(socket)?db=3", tracking: "c:") { running in
            try running.waits { $0 == .connected(tracking: false) }
            #expect(try await running.client.send(["GET", "in-three"]).text == "x")
        }
        try await ClientOnRedis.run("unix://reader:secret@\(socket)", tracking: "c:") { running in
            try running.waits { $0 == .connected(tracking: true) }
            await #expect(throws: RedisError(.permissionDenied)) {
                _ = try await running.client.send(["SET", "a", "b"])
            }
        }
    }

    @Test("rediss:// trusts a certificate only for the right host and from the right issuer")
    func tls() async throws {
        let directory = try TemporaryDirectory()
        let authority = try CertificateAuthority(in: directory)
        let certificate = try authority.certificate(for: "localhost")
        let port = try FreePorts.next()
        let redis = try RedisServer(
            [
                "--tls-port", "\(port)", "--tls-cert-file", certificate.file, "--tls-key-file", certificate.key,
                "--tls-ca-cert-file", authority.file, "--tls-auth-clients", "no",
            ])
        var options = RedisOptions()
        options.trustRootsFile = authority.file
        try await ClientOnRedis.run("rediss://localhost:\(port)", tracking: "c:", options: options) { running in
            try running.waits { $0 == .connected(tracking: true) }
            #expect(try await running.client.send(["PING"]) == .simple("PONG"))
        }
        try await ClientOnRedis.run("rediss://127.0.0.1:\(port)", options: options) { running in
            try running.waits { if case .disconnected(let error) = $0 { error.code == .tlsFailed } else { false } }
        }
        try await ClientOnRedis.run("rediss://localhost:\(port)") { running in
            try running.waits { if case .disconnected(let error) = $0 { error.code == .tlsFailed } else { false } }
        }
        options.trustRootsFile = directory.file("nothing.pem")
        await #expect(throws: RedisError.self) {
            try await ClientOnRedis.run("rediss://localhost:\(port)", options: options) { _ in }
        }
        withExtendedLifetime(redis) {}
    }

    @Test("a server that ends is found again, one that hangs is left and found again")
    func reconnects() async throws {
        let redis = try RedisServer()
        try await ClientOnRedis.run(redis.url, tracking: "c:") { running in
            try running.connected()
            redis.kill()
            try running.disconnected()
            await #expect(throws: RedisError.self) { _ = try await running.client.send(["PING"]) }
            pause(1.5)
            try redis.start()
            figure("redis client: connected again after a start", seconds: try running.connected(5))
            redis.pause()
            figure("redis client: a hanging server noticed", seconds: try running.disconnected(5))
            redis.resume()
            figure("redis client: connected again after it goes on", seconds: try running.connected(5))
            let states = running.events.map { if case .connected = $0 { "up" } else { "down" } }
            #expect(states == ["up", "down", "up", "down", "up"], "each change of state is told once")
        }
    }

    @Test("a command has its deadline, and its connection is not used again")
    func deadline() async throws {
        let redis = try RedisServer()
        try await ClientOnRedis.run(redis.url) { running in
            try running.connected()
            redis.pause()
            let start = ContinuousClock.now
            await #expect(throws: RedisError(.timedOut)) {
                _ = try await running.client.send(["PING"], deadline: .milliseconds(200))
            }
            figure("redis client: a command with 200 ms on a hanging server", seconds: seconds(since: start))
            redis.resume()
            try running.connected()
            #expect(try await running.client.send(["ECHO", "mine"]).text == "mine")
        }
    }

    @Test("who speaks something else is left")
    func noRedis() async throws {
        let directory = try TemporaryDirectory()
        let listener = try SpeakingSocket(directory.file("s"), says: "HTTP/1.1 400 Bad Request\r\n\r\n")
        try await ClientOnRedis.run("unix://\(directory.file("s"))") { running in
            try running.waits { $0 == .disconnected(RedisError(.protocolViolation)) }
        }
        try await ClientOnRedis.run("unix://\(directory.file("none"))") { running in
            try running.waits { $0 == .disconnected(RedisError(.unreachable, detail: "no such socket")) }
        }
        withExtendedLifetime(listener) {}
    }
}
