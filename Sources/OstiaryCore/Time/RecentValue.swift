// SPDX-License-Identifier: Apache-2.0

/// A value that is costly to read: it is read anew at most once in an interval, however many ask for it.
package actor RecentValue<Value: Sendable> {
    private let interval: Int
    private var latest: (value: Value, at: Timestamp)?
    private var reading: Task<Value, any Error>?

    /// - Parameter interval: the seconds for which a value counts as recent.
    package init(interval: Int = 60) { self.interval = interval }

    /// All who ask while the value is read wait for the same reading.
    /// - Parameters:
    ///   - now: the time of the call. A value from after it is read anew, since the clock was set back.
    ///   - read: reads the value.
    /// - Throws: the error of the reading; the next call reads again.
    package func value(
        at now: Timestamp, _ read: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        if let latest, latest.at <= now, now < latest.at.adding(seconds: interval) { return latest.value }
        if let reading { return try await reading.value }
        let task = Task { try await read() }
        reading = task
        defer { reading = nil }
        let value = try await task.value
        latest = (value, now)
        return value
    }
}
