// SPDX-License-Identifier: Apache-2.0

public import CoreMetrics
import Synchronization

/// Collects the metrics of swift-metrics and writes them as Prometheus text (exposition format 0.0.4).
///
/// A process has one factory for swift-metrics, so the program bootstraps it, not the server.
public final class PrometheusMetrics: MetricsFactory {
    private struct Registry {
        var series: [String: any PrometheusSeries] = [:]
        var order: [String] = []
    }

    private let registry = Mutex(Registry())

    /// Makes a factory without any metrics.
    public init() {}

    /// The page with all metrics.
    func text() -> String {
        let all = registry.withLock { registry in registry.order.compactMap { registry.series[$0] } }
        var lines: [String] = []
        var described: Set<String> = []
        for series in all.sorted(by: { $0.key.name < $1.key.name }) {
            if described.insert(series.key.name).inserted { lines.append("# TYPE \(series.key.name) \(series.kind)") }
            lines.append(contentsOf: series.lines())
        }
        return lines.map { $0 + "\n" }.joined()
    }

    private func series<Series: PrometheusSeries>(
        _ label: String, _ dimensions: [(String, String)], _ make: (SeriesKey) -> Series
    ) -> Series {
        let key = SeriesKey(label: label, dimensions: dimensions)
        return registry.withLock { registry in
            if let known = registry.series[key.text()] as? Series { return known }
            let made = make(key)
            registry.series[key.text()] = made
            registry.order.append(key.text())
            return made
        }
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
