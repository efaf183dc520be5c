// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import OstiaryTestSupport

/// A real Prometheus that scrapes a server five times a second and evaluates the alerts of the documentation, with all
/// durations shortened.
final class PrometheusProcess {
    private let directory: TemporaryDirectory
    private let child: ChildProcess
    private let port: UInt16

    private struct Answer: Decodable {
        struct Content: Decodable { var result: [Series] }
        struct Series: Decodable { var metric: [String: String] }
        var status: String
        var data: Content?
        var error: String?
    }

    init(scraping target: UInt16) throws {
        directory = try TemporaryDirectory()
        port = try FreePorts.next()
        let configuration = text(ofFile: PrometheusPackage.file("prometheus/prometheus.yml"))
            .replacing("15s", with: "200ms").replacing("127.0.0.1:9100", with: "127.0.0.1:\(target)")
        let rules = text(ofFile: PrometheusPackage.file("prometheus/alerts.yml"))
            .replacing(/for: [0-9]+[mh]/, with: "for: 0s").replacing(/\[[0-9]+m\]/, with: "[6s]")
        for (name, content) in [("prometheus.yml", configuration), ("alerts.yml", rules)] {
            guard FileManager.default.createFile(atPath: directory.file(name), contents: Data(content.utf8)) else {
                throw Failure("cannot write \(name)")
            }
        }
        let log = directory.file("log")
        child = try ChildProcess(
            PrometheusPackage.program("prometheus"),
            [
                "--config.file", directory.file("prometheus.yml"), "--storage.tsdb.path", directory.file("data"),
                "--web.listen-address", "127.0.0.1:\(port)", "--log.level", "warn",
            ], environment: [:], output: log, errors: log)
        let ready: Bool? = waitUntil(20) {
            (try? WireClient(port: port).exchange(WireRequest("GET", "/-/ready")).status) == 200 ? true : nil
        }
        guard ready == true else { throw Failure("Prometheus does not start: \(text(ofFile: log).suffix(1_000))") }
    }

    /// The labels of each series of an expression's value.
    func query(_ expression: String) throws -> [[String: String]] {
        let encoded = expression.utf8.map { byte in
            let hexadecimal = String(byte, radix: 16)
            return "%" + (hexadecimal.utf8.count == 1 ? "0" : "") + hexadecimal
        }
        let answer = try WireClient(port: port).exchange(
            WireRequest("GET", "/api/v1/query?query=\(encoded.joined())"))
        let read = try JSONDecoder().decode(Answer.self, from: Data(answer.body))
        guard read.status == "success", let data = read.data else {
            throw Failure("\(expression): \(read.error ?? "")")
        }
        return data.result.map(\.metric)
    }

    /// The names of the alerts that fire.
    func firing() throws -> Set<String> {
        Set(try query(#"ALERTS{alertstate="firing"}"#).compactMap { $0["alertname"] })
    }

    /// Waits until all of the alerts fire.
    func fires(_ alerts: Set<String>, within seconds: Double = 20, _ work: () throws -> Void = {}) throws -> Set<String>
    {
        var missing = alerts
        _ =
            try waitUntil(seconds, every: 100_000) {
                try work()
                missing.subtract(try firing())
                return missing.isEmpty ? true : nil
            } as Bool?
        return missing
    }

    /// Waits until no alert fires.
    /// - Returns: those that still fire.
    func ends(within seconds: Double = 20) throws -> Set<String> {
        try waitUntil(seconds, every: 100_000) { try firing().isEmpty ? [] : nil } ?? firing()
    }

    deinit { child.killNow() }
}
