// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import OstiaryRedis

@Suite("--redis-url") struct RedisEndpointTests {
    @Test(
        "what it means",
        arguments: [
            ("redis://localhost", "redis://localhost:6379/0"), ("REDIS://h:1/", "redis://h:1/0"),
            ("rediss://h/15", "rediss://h:6379/15"), ("redis://:p@h", "redis://:***@h:6379/0"),
            ("redis://u:p%40%3a%2F@h:2/3", "redis://u:***@h:2/3"), ("redis://[::1]:7000/1", "redis://[::1]:7000/1"),
            ("unix:///run/redis.sock", "unix:///run/redis.sock?db=0"),
            ("redis+unix:///a%20b?db=2&password=x", "unix://:***@/a b?db=2"),
            ("unix://u:p@/a", "unix://u:***@/a?db=0"),
        ])
    func read(text: String, description: String) throws {
        let endpoint = try RedisEndpoint(text)
        #expect("\(endpoint)" == description)
        #expect("\(Mirror(reflecting: endpoint).children.map { "\($0.value)" })" == "\([description])")
    }

    @Test("percent-encoding is undone")
    func decoded() throws {
        let credentials = try RedisEndpoint("redis://u%C3%A9:%40%3A%2F%25@h").credentials
        #expect(credentials == RedisEndpoint.Credentials(user: "ué", password: "@:/%"))
        #expect(try RedisEndpoint("redis://:p@h").credentials?.user == nil)
    }

    @Test(
        "what it does not mean is refused without a word of it",
        arguments: [
            "", "localhost", "http://secret", "redis://", "redis://secret@h", "redis://u:secret:x@h",
            "redis://u:secret@x@h", "redis://u:@h", "redis://u:secret%4@h", "redis://u:secret%ff@h",
            "redis://u:secret%00@h", "redis://h:0", "redis://h:65536", "redis://h:secret", "redis://h:+1",
            "redis://h/-1", "redis://h/01", "redis://h/2147483648", "redis://h/secret", "redis://h?db=1",
            "redis://u:secret#x@h", "redis://u:sec ret@h", "redis://u:secret/x@h", "redis://[::1", "redis://a_b c",
            "redis://h/1/2", "unix://", "unix:///", "unix://host/secret", "unix:///a?secret=1", "unix:///a?db=1&db=2",
            "unix://u:secret@/a?password=secret", "unix:///\(String(repeating: "a", count: 108))",
        ])
    func refused(text: String) {
        let error = #expect(throws: RedisEndpointError.self) { try RedisEndpoint(text) }
        #expect(error?.description.contains("secret") == false)
    }
}
