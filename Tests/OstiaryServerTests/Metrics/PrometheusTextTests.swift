// SPDX-License-Identifier: Apache-2.0

import CoreMetrics
import OstiaryCore
import Testing

@testable import OstiaryServer

@Suite("Prometheus text")
struct PrometheusTextTests {
    private func lines(_ metrics: PrometheusMetrics, _ readings: [Reading] = []) -> [String] {
        String(decoding: metrics.text(readings), as: UTF8.self).split(separator: "\n").map(String.init)
    }

    @Test("counters, gauges and timers")
    func text() {
        let metrics = PrometheusMetrics()
        metrics.makeCounter(label: "a_total", dimensions: [("k", "v\"\\\n")]).increment(by: 2)
        metrics.makeCounter(label: "a_total", dimensions: [("k", "v\"\\\n")]).increment(by: 3)
        metrics.makeRecorder(label: "b", dimensions: [], aggregate: false).record(1.5)
        metrics.makeTimer(label: "c_seconds", dimensions: []).recordNanoseconds(2_000_000)
        let meter = metrics.makeMeter(label: "d", dimensions: [])
        meter.set(2.5)
        meter.decrement(by: 1)
        let lines = lines(metrics)
        #expect(lines.contains("# TYPE a_total counter"))
        #expect(lines.contains(#"a_total{k="v\"\\\n"} 5"#))
        #expect(lines.contains("b 1.5") && lines.contains("d 1.5"))
        #expect(lines.contains(#"c_seconds_bucket{le="0.001"} 0"#))
        #expect(lines.contains(#"c_seconds_bucket{le="0.005"} 1"#))
        #expect(lines.contains(#"c_seconds_bucket{le="+Inf"} 1"#))
        #expect(lines.contains("c_seconds_count 1") && lines.contains("c_seconds_sum 0.002"))
    }

    @Test("a duration on a bound belongs to its bucket, a longer one than all bounds to the last")
    func bounds() {
        let metrics = PrometheusMetrics()
        let timer = metrics.makeTimer(label: "c_seconds", dimensions: [])
        for nanoseconds in [100_000, 100_001, 10_000_000_000, 10_000_000_001, Int64.max / 4] {
            timer.recordNanoseconds(nanoseconds)
        }
        let lines = lines(metrics)
        for (bound, count) in [("0.0001", 1), ("0.0005", 2), ("2.5", 2), ("10.0", 3), ("+Inf", 5)] {
            #expect(lines.contains("c_seconds_bucket{le=\"\(bound)\"} \(count)"), "\(bound)")
        }
    }

    @Test("every counter of the list is at 0 from the start, in each combination of its labels")
    func zero() {
        let lines = lines(PrometheusMetrics())
        for metric in Metric.all where metric.kind == .counter && metric.name.hasPrefix("ostiary_") {
            for labels in metric.combinations {
                let key = SeriesKey(label: metric.name, dimensions: labels).text()
                #expect(lines.contains("\(key) 0"), "\(key)")
            }
        }
        #expect(lines.contains(#"ostiary_audit_events_total{event="refresh_token_replayed"} 0"#))
        #expect(lines.contains(#"ostiary_throttled_total{scope="refresh_day"} 0"#))
        #expect(lines.contains(#"ostiary_database_write_failures_total{reason="read_only"} 0"#))
    }

    @Test("a metric of the list has its help, and a reading the type of its metric")
    func help() {
        let lines = lines(PrometheusMetrics(), [Reading(.processorTime, 2), Reading(.build, 1, labels: ["1.2.3"])])
        #expect(lines.contains("# HELP ostiary_throttled_total \(Metric.throttled.help)"))
        #expect(lines.contains("# TYPE process_cpu_seconds_total counter"))
        #expect(lines.contains("process_cpu_seconds_total 2.0"))
        #expect(lines.contains(#"ostiary_build_info{version="1.2.3"} 1.0"#))
        #expect(!lines.contains { $0.contains("ostiary_redis_connected") }, "no series, so no lines above it")
    }

    @Test("a name has one type, whatever an application makes of it")
    func mixed() {
        let metrics = PrometheusMetrics()
        metrics.makeCounter(label: "a", dimensions: []).increment(by: 1)
        metrics.makeRecorder(label: "a", dimensions: [("k", "v")], aggregate: false).record(2.5)
        #expect(
            lines(metrics).filter { $0.hasPrefix("# TYPE a ") || $0.hasPrefix("a") } == ["# TYPE a counter", "a 1"])
    }
}
