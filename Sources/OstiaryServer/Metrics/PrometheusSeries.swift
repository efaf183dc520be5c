// SPDX-License-Identifier: Apache-2.0

import CoreMetrics
import OstiaryCore
import Synchronization

/// One series, or those of one histogram. Its values are atomic, so a scrape never makes a request wait.
protocol PrometheusSeries: AnyObject, Sendable {
    static var kind: Metric.Kind { get }
    var key: SeriesKey { get }
    /// Appends the lines of the series.
    func write(to text: inout [UInt8])
}

/// The start of a line, made once: everything but the value.
struct SeriesLine: Sendable {
    private let start: [UInt8]

    init(_ key: SeriesKey, suffix: String = "", extra: String? = nil) {
        start = Array("\(key.text(suffix: suffix, extra: extra)) ".utf8)
    }

    func write(_ value: some LosslessStringConvertible, to text: inout [UInt8]) {
        text.append(contentsOf: start)
        text.append(contentsOf: value.description.utf8)
        text.append(UInt8(ascii: "\n"))
    }
}

final class PrometheusCounter: PrometheusSeries, CounterHandler {
    static let kind = Metric.Kind.counter
    let key: SeriesKey
    private let line: SeriesLine
    private let value = Atomic<Int64>(0)

    init(_ key: SeriesKey) {
        self.key = key
        self.line = SeriesLine(key)
    }

    func increment(by amount: Int64) { value.wrappingAdd(amount, ordering: .relaxed) }
    func reset() { value.store(0, ordering: .relaxed) }
    func write(to text: inout [UInt8]) { line.write(value.load(ordering: .relaxed), to: &text) }
}

final class PrometheusFloatingCounter: PrometheusSeries, FloatingPointCounterHandler {
    static let kind = Metric.Kind.counter
    let key: SeriesKey
    private let value = AtomicDouble()

    init(_ key: SeriesKey) { self.key = key }

    func increment(by amount: Double) { value.add(amount) }
    func reset() { value.set(0) }
    func write(to text: inout [UInt8]) { SeriesLine(key).write(value.get(), to: &text) }
}

final class PrometheusGauge: PrometheusSeries, MeterHandler, RecorderHandler {
    static let kind = Metric.Kind.gauge
    let key: SeriesKey
    private let value = AtomicDouble()

    init(_ key: SeriesKey) { self.key = key }

    func set(_ value: Int64) { set(Double(value)) }
    func set(_ value: Double) { self.value.set(value) }
    func increment(by amount: Double) { value.add(amount) }
    func decrement(by amount: Double) { value.add(-amount) }
    func record(_ value: Int64) { set(Double(value)) }
    func record(_ value: Double) { set(value) }
    func write(to text: inout [UInt8]) { SeriesLine(key).write(value.get(), to: &text) }
}

private struct AtomicDouble: ~Copyable, Sendable {
    private let bits = Atomic<UInt64>(0)

    func get() -> Double { Double(bitPattern: bits.load(ordering: .relaxed)) }

    func set(_ value: Double) { bits.store(value.bitPattern, ordering: .relaxed) }

    func add(_ amount: Double) {
        var known = bits.load(ordering: .relaxed)
        while true {
            let sum = (Double(bitPattern: known) + amount).bitPattern
            let result = bits.compareExchange(expected: known, desired: sum, ordering: .relaxed)
            if result.exchanged { return }
            known = result.original
        }
    }
}
