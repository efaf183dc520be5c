// SPDX-License-Identifier: Apache-2.0

/// The times of further attempts to send a message.
enum MailRetry {
    /// The seconds before each further attempt; the last one repeats.
    static let delays = [30, 120, 600, 1_800, 3_600]
    /// The most seconds that a node waits after the mail server was unavailable.
    static let longestPause = 300
    /// The days for which messages that failed are kept for operators.
    static let keptDays = 7

    /// The next attempt of a message, up to a quarter later than its delay so that many do not come at once.
    /// - Parameters:
    ///   - attempts: the number of attempts that failed, this one included.
    ///   - jitter: 0..<1.
    /// - Returns: nil if the message has expired by then.
    static func next(after attempts: Int, expiresAt: Timestamp, now: Timestamp, jitter: Double) -> Timestamp? {
        let delay = delays[min(max(attempts, 1), delays.count) - 1]
        let next = now.adding(seconds: delay + Int(Double(delay) / 4 * min(max(jitter, 0), 1)))
        return next < expiresAt ? next : nil
    }

    /// The seconds for which nothing is sent after the mail server was unavailable.
    /// - Parameter failures: the number of attempts in a row that found it so.
    static func pause(after failures: Int) -> Int {
        min(longestPause, 2 << min(max(failures, 1), 10))
    }
}
