// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

/// The clock of the machine must not stand before the program was made: tokens and sessions would begin in the past, and
/// end at once when the clock is set.
enum ClockCheck {
    /// The clocks of those who make programs may be wrong, too, but not by more.
    private static let tolerance = 86_400

    /// - Parameters:
    ///   - made: the time of the commit; nil if the build was not told.
    ///   - now: the time of the clock.
    /// - Throws: ``StartError`` with exit code 69, since a clock may yet be set.
    static func require(_ now: Timestamp, after made: Timestamp?) throws(StartError) {
        guard let made, now < made.adding(seconds: -tolerance) else { return }
        throw .clock(now, made: made)
    }
}
