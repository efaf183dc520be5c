// SPDX-License-Identifier: Apache-2.0

import Logging
import OstiaryCore

/// Writes one line to standard error for each event: text for people, or JSON for programs.
///
/// A fault that repeats – a line from `warning` on with the same fields but `request` – is held to one line a second,
/// with the number of the others in `repeated`. Audit entries are all written.
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
        let (level, message) = (event.level, event.message.description)
        guard level >= .warning, !message.hasSameBytes(as: AuditLog.message) else {
            return sink.write(line(level, message, fields))
        }
        // The request is another one each time, though the fault is the same.
        let fault = [level.rawValue, message] + fields.filter { $0.0 != "request" }.flatMap { [$0.0, $0.1] }
        sink.faults.note(Array(fault.joined(separator: "\0").utf8)) { [self] repeated in
            line(level, message, repeated == 0 ? fields : fields + [("repeated", "\(repeated)")])
        }
    }

    private func line(_ level: Logger.Level, _ message: String, _ fields: [(String, String)]) -> [UInt8] {
        var line = format == .json ? json(level, message, fields) : text(level, message, fields)
        line.append(UInt8(ascii: "\n"))
        return line
    }

    private func json(_ level: Logger.Level, _ message: String, _ fields: [(String, String)]) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        let fixed = [
            ("time", now().iso8601), ("level", level.rawValue), ("logger", label), ("message", message),
        ]
        for (key, value) in fixed + fields {
            writer.key(key)
            writer.string(value)
        }
        writer.endObject()
        return writer.bytes
    }

    private func text(_ level: Logger.Level, _ message: String, _ fields: [(String, String)]) -> [UInt8] {
        var line = "\(now().iso8601) \(level.rawValue.uppercased()) \(message.printable)"
        for (key, value) in fields { line += " \(key.printable)=\(value.printable)" }
        return Array(line.utf8)
    }
}
