// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import OstiaryCore
import OstiaryTestSupport
import Testing

@testable import OstiaryServer

@Suite("Files for Prometheus and Grafana")
struct OperatingFilesTests {
    private struct Dashboard: Decodable {
        struct Panel: Decodable { var targets: [Target] }
        struct Target: Decodable { var expr: String }
        var panels: [Panel]
    }

    static func dashboard() throws -> [String] {
        let file = Data(text(ofFile: PrometheusPackage.file("grafana/dashboard.json")).utf8)
        return try JSONDecoder().decode(Dashboard.self, from: file).panels.flatMap(\.targets).map(\.expr)
    }

    @Test("promtool accepts the example and the alerts, and each alert fires and ends at its time")
    func promtool() throws {
        for arguments in [
            ["check", "config", "prometheus.yml"], ["check", "rules", "alerts.yml"],
            ["test", "rules", "alerts.test.yml"],
        ] {
            let file = PrometheusPackage.file("prometheus/\(arguments[2])")
            let result = try PrometheusPackage.promtool(arguments.dropLast() + [file])
            #expect(result.exit == .code(0), "\(result)")
        }
        let tested = text(ofFile: PrometheusPackage.file("prometheus/alerts.test.yml"))
        let alerts = text(ofFile: PrometheusPackage.file("prometheus/alerts.yml")).matches(of: /alert: (\w+)/)
        #expect(alerts.count >= 12)
        for alert in alerts { #expect(tested.contains("\"\(alert.output.1)\""), "\(alert.output.1) has no test") }
    }

    @Test("each metric that an alert or the dashboard asks for exists")
    func names() throws {
        let rules = text(ofFile: PrometheusPackage.file("prometheus/alerts.yml"))
        let known = Set(
            Metric.all.flatMap { metric in
                metric.kind == .histogram ? ["bucket", "sum", "count"].map { "\(metric.name)_\($0)" } : [metric.name]
            })
        let asked = try ([rules] + Self.dashboard()).flatMap { $0.matches(of: /(ostiary|process)_[a-z_]+/) }
        #expect(asked.count > 30)
        for name in asked { #expect(known.contains(String(name.output.0)), "\(name.output.0)") }
        let labels = Set(Metric.Label.all.flatMap { $0.values ?? [] })
        let values = try ([rules] + Self.dashboard()).flatMap { $0.matches(of: /(?:event|status|scope)=~?"([^"]+)"/) }
        for value in values.flatMap({ $0.output.1.split(separator: "|") }) {
            #expect(labels.contains(String(value)), "\(value)")
        }
    }
}

extension EndToEnd.Alone {
    /// A real Prometheus beside a real server on PostgreSQL and Redis.
    @Suite struct Alerts {
        @Test("alerts fire when something happens, and end; each panel of the dashboard shows something")
        func alerts() throws {
            let (postgres, redis, port) = (try PostgresServer(), try RedisServer(), try FreePorts.next())
            let server = try ServerProcess(
                [
                    "--database-url", postgres.url(try postgres.makeDatabase()), "--redis-url", redis.url,
                    "--metrics-address", "127.0.0.1:\(port)",
                ], throttling: true, environment: ["OSTIARY_THROTTLE_LOGIN_ACCOUNT": "3/min"])
            let prometheus = try PrometheusProcess(scraping: port)
            let client = WireClient(port: server.port)
            let up: Bool? = try waitUntil(10) { try prometheus.query("ostiary_ready == 1").isEmpty ? nil : true }
            #expect(up == true)
            #expect(try prometheus.firing() == [])

            let (_, first) = try client.newSession()
            let second = try Tokens(client.refresh(first.refresh))
            #expect(try client.refresh(first.refresh).status == 400, "a thief's")
            #expect(try client.refresh(second.refresh).status == 400)
            for _ in 0..<20 { _ = try client.login("nobody@mail.example", "wrong") }
            #expect(try prometheus.fires(["OstiaryTokenStolen", "OstiaryLoginsRefused", "OstiaryThrottled"]) == [])
            for expression in try OperatingFilesTests.dashboard() {
                let own = expression.replacing("$__rate_interval", with: "30s").replacing("$instance", with: ".*")
                #expect(try !prometheus.query(own).isEmpty, "\(own)")
            }
            #expect(try prometheus.ends() == [])

            let third = try client.newSession().tokens
            postgres.stop(.immediate)
            redis.kill()
            let outage: Set = [
                "OstiaryNotReady", "OstiaryWritesFail", "OstiaryServerErrors", "OstiaryChangeFeedDown",
                "OstiaryRedisDown",
            ]
            let missing = try prometheus.fires(outage) { _ = try client.logout(third.refresh) }
            #expect(missing == [])
            try redis.start()
            try postgres.start()
            #expect(try prometheus.ends() == [])

            server.kill()
            #expect(try prometheus.fires(["OstiaryDown"]) == [])
            try server.start()
            #expect(try prometheus.ends() == [])
            #expect(server.terminate() == .code(0))
        }
    }
}
