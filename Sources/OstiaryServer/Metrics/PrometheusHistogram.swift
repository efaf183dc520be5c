// SPDX-License-Identifier: Apache-2.0

import CoreMetrics
import OstiaryCore
import Synchronization

/// A timer in seconds, with buckets from a tenth of a millisecond to ten seconds.
final class PrometheusHistogram: PrometheusSeries, TimerHandler {
    static let kind = Metric.Kind.histogram

    /// The upper bounds of the buckets in nanoseconds; one more bucket has none.
    private static let bounds: InlineArray<13, Int64> = [
        100_000, 500_000, 1_000_000, 5_000_000, 10_000_000, 25_000_000, 50_000_000, 100_000_000, 250_000_000,
        500_000_000, 1_000_000_000, 2_500_000_000, 10_000_000_000,
    ]

    let key: SeriesKey
    private let counts = InlineArray<14, Atomic<UInt64>> { _ in Atomic(0) }
    /// In nanoseconds.
    private let sum = Atomic<Int64>(0)
    private let bucketLines: [SeriesLine]
    private let sumLine: SeriesLine
    private let countLine: SeriesLine

    init(_ key: SeriesKey) {
        self.key = key
        let bounds = Self.bounds.indices.map { "\(Double(Self.bounds[$0]) / 1e9)" } + ["+Inf"]
        bucketLines = bounds.map { SeriesLine(key, suffix: "_bucket", extra: "le=\"\($0)\"") }
        sumLine = SeriesLine(key, suffix: "_sum")
        countLine = SeriesLine(key, suffix: "_count")
    }

    func recordNanoseconds(_ duration: Int64) {
        var bucket = 0
        while bucket < Self.bounds.count, duration > Self.bounds[bucket] { bucket += 1 }
        counts[bucket].wrappingAdd(1, ordering: .relaxed)
        sum.wrappingAdd(duration, ordering: .relaxed)
    }

    func write(to text: inout [UInt8]) {
        var total: UInt64 = 0
        for (bucket, line) in bucketLines.enumerated() {
            total += counts[bucket].load(ordering: .relaxed)
            line.write(total, to: &text)
        }
        sumLine.write(Double(sum.load(ordering: .relaxed)) / 1e9, to: &text)
        countLine.write(total, to: &text)
    }
}
