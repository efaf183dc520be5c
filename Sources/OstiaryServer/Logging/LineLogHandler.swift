// SPDX-License-Identifier: Apache-2.0

import Logging
import OstiaryCore

/// Writes one line to standard error for each event: text for people, or JSON for programs.
///
/// Control characters are escaped in both formats, so no input can start a new line (ASVS 16.4.1).
struct LineLogHandler: LogHandler {
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?
    private let label: String
    private let format: LogFormat
    private let sink: LogSink
    private let now: WallClock

    init(
        label: String, level: Logger.Level, format: LogFormat, sink: LogSink = .standardError,
        now: @escaping WallClock = Timestamp.now
    ) {
        self.label = label
        self.logLevel = level
        self.format = format
        self.sink = sink
        self.now = now
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var all = metadata
        if let provided = metadataProvider?.get() { all.merge(provided) { _, new in new } }
        if let own = event.metadata { all.merge(own) { _, new in new } }
        let fields = all.map { ($0.key, $0.value.description) }.sorted { $0.0 < $1.0 }
        var line = format == .json ? json(event, fields) : text(event, fields)
        line.append(UInt8(ascii: "\n"))
        sink.write(line)
    }

    private func json(_ event: LogEvent, _ fields: [(String, String)]) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        let fixed = [
            ("time", now().iso8601), ("level", event.level.rawValue), ("logger", label),
            ("message", event.message.description),
        ]
        for (key, value) in fixed + fields {
            writer.key(key)
            writer.string(value)
        }
        writer.endObject()
        return writer.bytes
    }

    private func text(_ event: LogEvent, _ fields: [(String, String)]) -> [UInt8] {
        var line = "\(now().iso8601) \(event.level.rawValue.uppercased()) \(event.message.description.printable)"
        for (key, value) in fields { line += " \(key.printable)=\(value.printable)" }
        return Array(line.utf8)
    }
}
