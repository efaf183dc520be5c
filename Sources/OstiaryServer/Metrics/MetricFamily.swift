// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

/// All series of one metric, with the lines that stand above them.
struct MetricFamily: Sendable {
    let name: String
    private let kind: Metric.Kind
    private let help: String?
    private var series: [any PrometheusSeries] = []
    private var readings: [Reading] = []

    init(_ metric: Metric) {
        self.name = metric.name
        self.kind = metric.kind
        self.help = metric.help
    }

    /// A metric of an application.
    init(_ name: String, _ kind: Metric.Kind) {
        self.name = name
        self.kind = kind
        self.help = nil
    }

    /// Finds or adds a series. A series of another kind than the family's is made but not listed, since the text can
    /// have one kind for each name.
    mutating func series<Series: PrometheusSeries>(_ key: SeriesKey, _ make: (SeriesKey) -> Series) -> Series {
        if let place = series.firstIndex(where: { $0.key == key }) { return series[place] as? Series ?? make(key) }
        let made = make(key)
        if Series.kind == kind { series.append(made) }
        return made
    }

    mutating func add(_ reading: Reading) { readings.append(reading) }

    /// Writes nothing for a metric without series, such as that of Redis where there is none.
    func write(to text: inout [UInt8]) {
        guard !series.isEmpty || !readings.isEmpty else { return }
        if let help { text.append(contentsOf: "# HELP \(name) \(help)\n".utf8) }
        text.append(contentsOf: "# TYPE \(name) \(kind)\n".utf8)
        for series in series { series.write(to: &text) }
        for reading in readings { text.append(contentsOf: "\(reading.key.text()) \(reading.value)\n".utf8) }
    }
}

/// A value that is computed for one scrape.
struct Reading: Sendable {
    let metric: Metric
    let value: Double
    private let labels: [String]

    /// - Parameter labels: the values of the metric's labels, in their order.
    init(_ metric: Metric, _ value: Double, labels: [String] = []) {
        self.metric = metric
        self.value = value
        self.labels = labels
    }

    var key: SeriesKey { SeriesKey(label: metric.name, dimensions: metric.dimensions(labels)) }
}
