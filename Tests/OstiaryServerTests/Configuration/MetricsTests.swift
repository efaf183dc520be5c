// SPDX-License-Identifier: Apache-2.0

import CoreMetrics
import Testing

@testable import OstiaryServer

@Suite("Prometheus text")
struct MetricsTests {
    @Test("counters, gauges and timers")
    func text() {
        let metrics = PrometheusMetrics()
        metrics.makeCounter(label: "a_total", dimensions: [("k", "v\"\\\n")]).increment(by: 2)
        metrics.makeCounter(label: "a_total", dimensions: [("k", "v\"\\\n")]).increment(by: 3)
        metrics.makeRecorder(label: "b", dimensions: [], aggregate: false).record(1.5)
        metrics.makeTimer(label: "c_seconds", dimensions: []).recordNanoseconds(2_000_000)
        let lines = metrics.text().split(separator: "\n").map(String.init)
        #expect(lines.contains("# TYPE a_total counter"))
        #expect(lines.contains(#"a_total{k="v\"\\\n"} 5"#))
        #expect(lines.contains("b 1.5"))
        #expect(lines.contains(#"c_seconds_bucket{le="0.001"} 0"#))
        #expect(lines.contains(#"c_seconds_bucket{le="0.005"} 1"#))
        #expect(lines.contains(#"c_seconds_bucket{le="+Inf"} 1"#))
        #expect(lines.contains("c_seconds_count 1") && lines.contains("c_seconds_sum 0.002"))
    }
}
