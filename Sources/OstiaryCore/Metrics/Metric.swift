// SPDX-License-Identifier: Apache-2.0

package import Metrics

/// A metric of the server. Its handlers, its `# HELP` line and its row in `docs/metrics.md` are made from this value.
package struct Metric: Sendable {
    /// The type of a metric in Prometheus.
    package enum Kind: String, Sendable {
        case counter, gauge, histogram
    }

    /// A label with its possible values.
    package struct Label: Sendable {
        package let name: String
        /// The values; nil if only a running server knows them.
        package let values: [String]?
        /// The values in words, for the documentation; nil if ``values`` are listed there.
        package let text: String?

        init(_ name: String, _ values: [String]?, text: String? = nil) {
            self.name = name
            self.values = values
            self.text = text
        }
    }

    package let name: String
    package let kind: Kind
    package let labels: [Label]
    /// The meaning, without a full stop.
    package let help: String
    /// The page of the documentation about the metric, relative to `docs/metrics.md`; nil for none.
    package let page: String?

    init(_ name: String, _ kind: Kind, _ help: String, labels: [Label] = [], page: String? = nil) {
        self.name = name
        self.kind = kind
        self.labels = labels
        self.help = help
        self.page = page
    }
}

extension Metric {
    /// Looks the counter up, which costs more than a request may: callers keep it.
    /// - Parameter values: the values of the labels, in the order of ``labels``.
    package func counter(_ values: String...) -> Counter { Counter(label: name, dimensions: dimensions(values)) }

    /// Looks the gauge up; see ``counter(_:)``.
    package func gauge(_ values: String...) -> Gauge { Gauge(label: name, dimensions: dimensions(values)) }

    /// Looks the histogram of durations up; see ``counter(_:)``.
    package func timer(_ values: String...) -> Timer { Timer(label: name, dimensions: dimensions(values)) }

    /// The labels with their values.
    package func dimensions(_ values: [String]) -> [(String, String)] { Array(zip(labels.map(\.name), values)) }

    /// Each combination of the labels' values; none if only a running server knows them.
    package var combinations: [[(String, String)]] {
        labels.reduce([[]]) { all, label in
            all.flatMap { some in (label.values ?? []).map { some + [(label.name, $0)] } }
        }
    }
}
