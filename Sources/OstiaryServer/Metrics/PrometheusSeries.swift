// SPDX-License-Identifier: Apache-2.0

import CoreMetrics
import Synchronization

/// A metric's name and labels.
struct SeriesKey: Sendable {
    let name: String
    private let labels: [(String, String)]

    init(label: String, dimensions: [(String, String)]) {
        self.name = String(label.map { $0.isLetter || $0.isNumber || $0 == "_" || $0 == ":" ? $0 : "_" })
        self.labels = dimensions.sorted { $0.0 < $1.0 }
    }

    /// - Parameters:
    ///   - suffix: a text to append to the name.
    ///   - extra: an additional label.
    func text(suffix: String = "", extra: (String, String)? = nil) -> String {
        let pairs = (labels + (extra.map { [$0] } ?? [])).map { name, value in
            let escaped = value.split(separator: "", omittingEmptySubsequences: true).map { part in
                switch part {
                case "\\": "\\\\"
                case "\"": "\\\""
                case "\n": "\\n"
                default: String(part)
                }
            }
            return "\(name)=\"\(escaped.joined())\""
        }
        return name + suffix + (pairs.isEmpty ? "" : "{\(pairs.joined(separator: ","))}")
    }
}

protocol PrometheusSeries: AnyObject, Sendable {
    var key: SeriesKey { get }
    var kind: String { get }
    func lines() -> [String]
}

final class PrometheusCounter: PrometheusSeries, CounterHandler {
    let key: SeriesKey
    let kind = "counter"
    private let value = Atomic<Int64>(0)

    init(_ key: SeriesKey) { self.key = key }

    func increment(by amount: Int64) { value.wrappingAdd(amount, ordering: .relaxed) }
    func reset() { value.store(0, ordering: .relaxed) }
    func lines() -> [String] { ["\(key.text()) \(value.load(ordering: .relaxed))"] }
}

final class PrometheusFloatingCounter: PrometheusSeries, FloatingPointCounterHandler {
    let key: SeriesKey
    let kind = "counter"
    private let value = Mutex(0.0)

    init(_ key: SeriesKey) { self.key = key }

    func increment(by amount: Double) { value.withLock { $0 += amount } }
    func reset() { value.withLock { $0 = 0 } }
    func lines() -> [String] { ["\(key.text()) \(value.withLock { $0 })"] }
}

final class PrometheusGauge: PrometheusSeries, MeterHandler, RecorderHandler {
    let key: SeriesKey
    let kind = "gauge"
    private let value = Mutex(0.0)

    init(_ key: SeriesKey) { self.key = key }

    func set(_ value: Int64) { set(Double(value)) }
    func set(_ value: Double) { self.value.withLock { $0 = value } }
    func increment(by amount: Double) { value.withLock { $0 += amount } }
    func decrement(by amount: Double) { value.withLock { $0 -= amount } }
    func record(_ value: Int64) { set(Double(value)) }
    func record(_ value: Double) { set(value) }
    func lines() -> [String] { ["\(key.text()) \(value.withLock { $0 })"] }
}

/// A timer in seconds, with buckets from a tenth of a millisecond to ten seconds.
final class PrometheusHistogram: PrometheusSeries, TimerHandler {
    let key: SeriesKey
    let kind = "histogram"

    private struct State {
        var counts = [UInt64](repeating: 0, count: PrometheusHistogram.bounds.count)
        var count: UInt64 = 0
        var sum = 0.0
    }

    private static let bounds = [0.000_1, 0.000_5, 0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10]
    private let state = Mutex(State())

    init(_ key: SeriesKey) { self.key = key }

    func recordNanoseconds(_ duration: Int64) {
        let seconds = Double(duration) / 1e9
        let bucket = Self.bounds.firstIndex { seconds <= $0 }
        state.withLock { state in
            if let bucket { state.counts[bucket] += 1 }
            state.count += 1
            state.sum += seconds
        }
    }

    func lines() -> [String] {
        let state = self.state.withLock { $0 }
        var total: UInt64 = 0
        var lines = zip(Self.bounds, state.counts).map { bound, count in
            total += count
            return "\(key.text(suffix: "_bucket", extra: ("le", "\(bound)"))) \(total)"
        }
        lines.append("\(key.text(suffix: "_bucket", extra: ("le", "+Inf"))) \(state.count)")
        lines.append("\(key.text(suffix: "_sum")) \(state.sum)")
        lines.append("\(key.text(suffix: "_count")) \(state.count)")
        return lines
    }
}
