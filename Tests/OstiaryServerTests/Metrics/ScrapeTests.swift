// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import Glibc
import OstiaryCore
import OstiaryTestSupport
import Testing

@testable import OstiaryServer

extension EndToEnd {
    /// The metrics address as Prometheus sees it.
    @Suite struct Scrapes {
        private func server(_ arguments: [String] = []) throws -> (ServerProcess, metrics: UInt16) {
            let port = try FreePorts.next()
            return (try ServerProcess(["--metrics-address", "127.0.0.1:\(port)"] + arguments), port)
        }

        @Test("the first scrape has every metric, every counter is at 0, and promtool has no complaint")
        func first() throws {
            let (server, port) = try server(["--admin", "off"])
            let scrape = try Scrape(port: port)
            // Redis, TLS and mail are not configured.
            let mail: [Metric] = [.mail, .mailWaiting, .mailFailed, .mailOldest]
            let absent = ([.redisConnected, .certificateEnd] + mail).map(\.name)
            for metric in Metric.all where !absent.contains(metric.name) {
                let lines = "# HELP \(metric.name) \(metric.help)\n# TYPE \(metric.name) \(metric.kind)\n"
                #expect(scrape.text.contains(lines), "\(metric.name)")
            }
            for (series, value) in scrape.series("ostiary_") where series.split(separator: "{")[0].hasSuffix("_total") {
                // The test itself asks for the readiness.
                guard !series.contains(#"resource="readiness""#) else { continue }
                #expect(value == 0, "\(series)")
            }
            for resource in ["login", "me", "session", "pages", "unknown"] {
                for status in ["2xx", "3xx", "4xx", "5xx"] {
                    let labels = "{resource=\"\(resource)\",status=\"\(status)\"}"
                    #expect(scrape["ostiary_http_requests_total\(labels)"] == 0, "\(labels)")
                    #expect(scrape["ostiary_http_request_duration_seconds_count\(labels)"] == 0, "\(labels)")
                }
            }
            #expect(scrape["ostiary_build_info{version=\"\(Version.text)\"}"] == 1 && scrape["ostiary_ready"] == 1)
            let checked = try PrometheusPackage.promtool(["check", "metrics"], input: scrape.text)
            #expect(checked.exit == .code(0) && (checked.stdout + checked.stderr).isEmpty, "\(checked)")
            #expect(server.terminate() == .code(0))
        }

        @Test("a server with mail counts its attempts, and what waits")
        func mail() throws {
            let port = try FreePorts.next()
            let server = try MailServer(["--metrics-address", "127.0.0.1:\(port)"])
            let scrape = try Scrape(port: port)
            for result in ["sent", "deferred", "failed", "unavailable"] {
                #expect(scrape["ostiary_mail_attempts_total{result=\"\(result)\"}"] == 0, "\(result)")
            }
            #expect(scrape["ostiary_mail_waiting"] == 0 && scrape["ostiary_mail_oldest_seconds"] == 0)
            let email = freshEmail()
            try server.client.enrol(email)
            _ = try server.messages(to: email)
            let sent: Bool? = try waitUntil(10) {
                try Scrape(port: port)["ostiary_mail_attempts_total{result=\"sent\"}"] == 1 ? true : nil
            }
            #expect(sent == true)
        }

        @Test("HEAD is answered as GET is, without the body; other methods are not")
        func methods() throws {
            let (server, port) = try server()
            let client = WireClient(port: port)
            for _ in 0..<2 {
                let head = try client.exchange(WireRequest("HEAD", "/metrics"))
                #expect(head.status == 200 && head.body.isEmpty)
                #expect(head["Content-Length"].flatMap { Int($0) } ?? 0 > 10_000)
                #expect(head["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8")
            }
            #expect(client.connections == 1, "nothing came behind the head")
            let refused = try client.exchange(WireRequest("POST", "/metrics", body: []))
            #expect(refused.status == 405 && refused["Allow"] == "GET, HEAD")
            #expect(try client.exchange(WireRequest("HEAD", "/other")).status == 404)
            #expect(server.terminate() == .code(0))
        }

        @Test("requests and their durations are counted by endpoint and status, pages and unknown paths too")
        func requests() throws {
            let (server, port) = try server()
            let client = WireClient(port: server.port)
            let (_, tokens) = try client.newSession()
            for _ in 0..<3 { #expect(try client.me(tokens.access).status == 200) }
            #expect(try client.me("x").status == 401)
            for path in ["/nothing", "/api/me/%20"] {
                #expect(try client.exchange(WireRequest("GET", path)).status == 404)
            }
            #expect(try PageVisitor(port: server.port).open("/login/").status == 200)
            let scrape = try Scrape(port: port)
            for (labels, count) in [
                (#"{resource="me",status="2xx"}"#, 3.0), (#"{resource="me",status="4xx"}"#, 1),
                (#"{resource="unknown",status="4xx"}"#, 2), (#"{resource="pages",status="2xx"}"#, 1),
                (#"{resource="login",status="2xx"}"#, 1),
            ] {
                #expect(scrape["ostiary_http_requests_total\(labels)"] == count, "\(labels)")
                #expect(scrape["ostiary_http_request_duration_seconds_count\(labels)"] == count, "\(labels)")
                #expect(scrape["ostiary_http_request_duration_seconds_sum\(labels)"] ?? 0 > 0, "\(labels)")
            }
            #expect(scrape[#"ostiary_audit_events_total{event="logged_in"}"#] == 1)
            #expect(server.terminate() == .code(0))
        }

        @Test("connections and what the kernel knows of the process")
        func process() throws {
            let before = Date().timeIntervalSince1970
            let (server, port) = try server()
            let pid = try #require(server.pid)
            let idle = try Scrape(port: port)
            let connections = try (0..<20).map { _ in try WireConnection(port: server.port) }
            let busy: Scrape? = try waitUntil(10) {
                let scrape = try Scrape(port: port)
                return scrape["ostiary_connections_open"] ?? 0 >= 20 ? scrape : nil
            }
            let scrape = try #require(busy)
            let descriptors = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/fd").count
            let (told, first) = (scrape["process_open_fds"] ?? 0, idle["process_open_fds"] ?? 0)
            #expect(abs(told - Double(descriptors)) <= 3 && told >= first + 19, "\(first) \(told) \(descriptors)")
            let limits = text(ofFile: "/proc/\(pid)/limits").split(separator: "\n")
            let files = try #require(limits.first { $0.hasPrefix("Max open files") }).split(separator: " ")
            #expect(scrape["process_max_fds"] == Double(files[3]))
            let start = scrape["process_start_time_seconds"] ?? 0
            #expect((before - 1...before + 30).contains(start) && idle["process_start_time_seconds"] == start)
            let resident = (scrape["process_resident_memory_bytes"] ?? 0) / 1_024
            #expect(abs(resident / Double(server.residentKiB) - 1) < 0.2, "\(resident) \(server.residentKiB)")
            #expect(scrape["process_virtual_memory_bytes"] ?? 0 > resident * 1_024)
            #expect((0.001...60).contains(scrape["process_cpu_seconds_total"] ?? 0))
            withExtendedLifetime(connections) {}
            #expect(server.terminate() == .code(0))
        }

        @Test("the end of the certificate in use")
        func certificate() throws {
            let directory = try TemporaryDirectory()
            let authority = try CertificateAuthority(in: directory)
            let certificate = try authority.certificate(for: "id.example.com")
            let curl = Curl(trusting: authority.file, host: "id.example.com")
            let port = try FreePorts.next()
            let server = try ServerProcess(
                [
                    "--tls-cert", certificate.file, "--tls-key", certificate.key, "--metrics-address",
                    "127.0.0.1:\(port)",
                ], status: { port in (try? curl.exchange(port, "/readyz"))?.status })
            let end = try Scrape(port: port)["ostiary_tls_certificate_not_after_timestamp_seconds"] ?? 0
            let days = (end - Date().timeIntervalSince1970) / 86_400
            #expect((0.9...1).contains(days), "\(days)")
            #expect(server.terminate() == .code(0))
        }

        @Test("clients that read nothing are cut off, and others are served meanwhile")
        func silence() throws {
            let (server, port) = try server()
            let (before, idle) = (server.residentKiB, try Scrape(port: port)["process_open_fds"] ?? 0)
            let request = "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n"
            let start = ContinuousClock.now
            let silent = try (0..<20).map { _ in
                let connection = try WireConnection(port: port)
                try connection.send(String(repeating: request, count: 200))
                return connection
            }
            var (open, slowest) = (0.0, 0.0)
            let cut: Bool? = try waitUntil(25, every: 200_000) {
                let asked = ContinuousClock.now
                let descriptors = try Scrape(port: port)["process_open_fds"] ?? 0
                slowest = max(slowest, seconds(since: asked))
                open = max(open, descriptors)
                return open >= idle + 20 && descriptors < idle + 3 ? true : nil
            }
            figure("20 clients that read no metrics are cut off after", seconds: seconds(since: start))
            figure("slowest scrape meanwhile", seconds: slowest)
            figure("20 clients that read no metrics: growth of resident memory KiB", server.residentKiB - before)
            #expect(cut == true && open >= idle + 20, "\(idle) \(open)")
            #expect(slowest < 8 && server.residentKiB - before < 32 << 10)
            withExtendedLifetime(silent) {}
            #expect(server.terminate() == .code(0))
        }
    }
}
