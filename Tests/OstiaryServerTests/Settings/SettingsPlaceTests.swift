// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport
import Testing

extension EndToEnd {
    /// A command never changes settings where no server reads them.
    @Suite struct SettingsPlaces {
        private static let writing = [
            ["settings", "set", "ACCESS_TOKEN_LIFETIME", "5"], ["settings", "unset", "ACCESS_TOKEN_LIFETIME"],
        ]
        private static let reading = [["settings", "list"], ["settings", "get", "ACCESS_TOKEN_LIFETIME"]]

        /// On SQLite; a server keeps its settings on Redis.
        @Test("beside a server on Redis, a command without its URL refuses and says what is missing")
        func redis() throws {
            let port = try FreePorts.next()
            let redis = try RedisServer(["--requirepass", "hidden"], port: port)
            defer { withExtendedLifetime(redis) {} }
            let url = "redis://:hidden@127.0.0.1:\(port)/3"
            let server = try ServerProcess(["--redis-url", url])
            for command in Self.writing + Self.reading {
                let refused = try server.command(command)
                #expect(refused.exit == .code(78) && refused.stdout.isEmpty, "\(command): \(refused)")
                #expect(refused.stderr.contains("redis://127.0.0.1:\(port)/3, keys constance:*"))
                #expect(refused.stderr.contains("OSTIARY_REDIS_URL") && !refused.stderr.contains("hidden"))
            }
            let history = try server.command(["settings", "history"])
            #expect(
                history.exit == .code(0) && !history.stdout.contains("ACCESS_TOKEN_LIFETIME"), "nothing was changed")
            for (name, value) in [("OSTIARY_REDIS_PREFIX", "other:"), ("OSTIARY_REDIS_URL", url.dropLast() + "4")] {
                let environment = ["OSTIARY_REDIS_URL": url].merging([name: String(value)]) { _, new in new }
                #expect(try server.command(Self.writing[0], environment: environment).exit == .code(78), "\(name)")
            }
            let given = ["OSTIARY_REDIS_URL": url]
            let set = try server.command(Self.writing[0], environment: given)
            #expect(set.exit == .code(0) && set.stdout.contains("108000 → 5") && set.stderr.isEmpty, "\(set)")
            let other = ["OSTIARY_REDIS_URL": "redis://:hidden@localhost:\(port)/3"]
            let alias = try server.command(Self.reading[1], environment: other)
            #expect(alias.stdout == "5\n" && alias.stderr.contains("Warning: the servers reach their settings"))
        }

        @Test("beside a server on its database, a command that has a URL of Redis refuses")
        func database() throws {
            let redis = try RedisServer()
            let server = try ServerProcess()
            for command in Self.writing + Self.reading {
                let refused = try server.command(command, environment: ["OSTIARY_REDIS_URL": redis.url])
                #expect(refused.exit == .code(78), "\(command): \(refused)")
                #expect(refused.stderr.contains("in the database") && refused.stderr.contains("OSTIARY_SETTINGS_STORE"))
                let chosen = ["OSTIARY_REDIS_URL": redis.url, "OSTIARY_SETTINGS_STORE": "database"]
                #expect(try server.command(command, environment: chosen).exit == .code(0))
            }
        }

        @Test("a server that is configured for another place moves the settings, and says so")
        func moved() throws {
            let redis = try RedisServer()
            let directory = try TemporaryDirectory()
            let before = try ServerProcess(directory: directory)
            #expect(before.terminate() == .code(0))
            let after = try ServerProcess(["--redis-url", redis.url], directory: directory)
            #expect(after.output.contains("settings are kept elsewhere than by the server before"))
            #expect(try after.command(Self.reading[1]).exit == .code(78))
            #expect(try after.command(Self.reading[1], environment: ["OSTIARY_REDIS_URL": redis.url]).exit == .code(0))
            #expect(try after.command(["users", "list"]).exit == .code(0), "needs no setting")
        }
    }
}
