// SPDX-License-Identifier: Apache-2.0

/// The generic cell rate algorithm (ITU-T I.371): a budget in one number.
///
/// The number is the moment at which the budget will be whole again. Each use moves it by ``interval``; it may not lie
/// further ahead than ``burst``. So in any time t no more is allowed than a burst and t at the rate, and nothing has to be
/// written while the budget fills up.
package struct GCRA: Sendable, Hashable {
    /// Microseconds in which one use is earned, rounded up: never more than the rate.
    package let interval: Int64
    /// Microseconds in which an empty budget becomes whole: as many uses as the rate names are allowed at once.
    package let burst: Int64

    /// - Returns: nil for a rate without limit.
    package init?(_ rate: Rate) {
        guard case .limit(let number, let period) = rate, number > 0, number <= Rate.maximumNumber else { return nil }
        let (uses, length) = (Int64(number), Int64(period.seconds) * 1_000_000)
        interval = (length + uses - 1) / uses
        burst = interval * uses
    }

    package enum Verdict: Sendable, Hashable {
        /// - Parameter until: when the budget will be whole again.
        case allowed(until: Int64)
        /// - Parameter wait: microseconds until one use will have been earned.
        case refused(wait: Int64)
    }

    /// - Parameters:
    ///   - whole: when the budget becomes whole; nil for one that nobody has used.
    ///   - now: microseconds of the same clock. One that stepped back, or a lower rate than before, makes nobody wait for
    ///     longer than an empty budget does.
    package func take(whole: Int64?, at now: Int64) -> Verdict {
        let ahead = min(max((whole ?? now).subtractingSaturated(now), 0), burst)
        guard ahead + interval <= burst else { return .refused(wait: ahead + interval - burst) }
        return .allowed(until: now.addingSaturated(ahead + interval))
    }
}

extension Int64 {
    fileprivate func addingSaturated(_ other: Int64) -> Int64 {
        let (value, overflow) = addingReportingOverflow(other)
        return overflow ? (other < 0 ? .min : .max) : value
    }

    fileprivate func subtractingSaturated(_ other: Int64) -> Int64 {
        let (value, overflow) = subtractingReportingOverflow(other)
        return overflow ? (other > 0 ? .min : .max) : value
    }
}
