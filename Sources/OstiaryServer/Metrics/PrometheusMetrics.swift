// SPDX-License-Identifier: Apache-2.0

public import CoreMetrics
import OstiaryCore
import Synchronization

/// Collects the metrics of swift-metrics and writes them as Prometheus text (exposition format 0.0.4).
///
/// A process has one factory for swift-metrics, so the program bootstraps it, not the server.
public final class PrometheusMetrics: MetricsFactory {
    private let families: Mutex<[String: MetricFamily]>

    /// Makes a factory with every counter of the server at 0, in each combination of its labels: `increase()` finds the
    /// first event only if the series was there before.
    public init() {
        families = Mutex(Dictionary(Metric.all.map { ($0.name, MetricFamily($0)) }) { first, _ in first })
        for metric in Metric.all where metric.kind == .counter {
            for labels in metric.combinations where !Self.isRead(metric) {
                _ = makeCounter(label: metric.name, dimensions: labels)
            }
        }
    }

    /// True for a counter of the kernel's, which is read for each scrape.
    private static func isRead(_ metric: Metric) -> Bool { metric.name.hasBytePrefix("process_") }

    /// The page with all metrics.
    /// - Parameter readings: values that are computed for this scrape only.
    func text(_ readings: [Reading] = []) -> [UInt8] {
        // The lock is held for a copy of references only: a handler may be looked up meanwhile.
        var families = self.families.withLock { $0 }
        for reading in readings { families[reading.metric.name]?.add(reading) }
        var text: [UInt8] = []
        text.reserveCapacity(128 << 10)
        for family in families.values.sorted(by: { $0.name < $1.name }) { family.write(to: &text) }
        return text
    }

    private func series<Series: PrometheusSeries>(
        _ label: String, _ dimensions: [(String, String)], _ make: (SeriesKey) -> Series
    ) -> Series {
        let key = SeriesKey(label: label, dimensions: dimensions)
        return families.withLock { $0[key.name, default: MetricFamily(key.name, Series.kind)].series(key, make) }
    }

    public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        series(label, dimensions, PrometheusCounter.init)
    }

    public func makeFloatingPointCounter(label: String, dimensions: [(String, String)])
        -> any FloatingPointCounterHandler
    {
        series(label, dimensions, PrometheusFloatingCounter.init)
    }

    public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        series(label, dimensions, PrometheusGauge.init)
    }

    public func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        series(label, dimensions, PrometheusGauge.init)
    }

    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        series(label, dimensions, PrometheusHistogram.init)
    }

    // Handlers are kept: the name of every series here is a constant.
    public func destroyCounter(_ handler: any CounterHandler) {}
    public func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {}
    public func destroyMeter(_ handler: any MeterHandler) {}
    public func destroyRecorder(_ handler: any RecorderHandler) {}
    public func destroyTimer(_ handler: any TimerHandler) {}
}
