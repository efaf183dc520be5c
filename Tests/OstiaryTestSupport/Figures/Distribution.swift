// SPDX-License-Identifier: Apache-2.0

/// Measured durations in seconds.
package struct Distribution: Sendable {
    package private(set) var values: [Double]

    package init(_ values: [Double] = []) { self.values = values }

    package mutating func add(_ seconds: Double) { values.append(seconds) }

    package var max: Double { values.max() ?? .infinity }

    /// The smallest value that at least this part of all is not above.
    /// - Parameter part: 0…1.
    package func quantile(_ part: Double) -> Double {
        let sorted = values.sorted()
        guard !sorted.isEmpty else { return .infinity }
        let rank = Int((part * Double(sorted.count)).rounded(.up))
        return sorted[Swift.min(Swift.max(rank, 1), sorted.count) - 1]
    }

    package func print(_ name: String) {
        figure("\(name), median", seconds: quantile(0.5))
        figure("\(name), p99", seconds: quantile(0.99))
        figure("\(name), longest", seconds: max)
    }
}
