// SPDX-License-Identifier: Apache-2.0

/// The generic cell rate algorithm (ITU-T I.371): a budget in one number.
///
/// The number is the moment at which the budget is whole again. Each use moves it by ``interval``, at most ``burst``
/// into the future. So in any time t at most a burst and t at the rate is allowed, and nothing is written while the
/// budget refills.
package struct GCRA: Sendable, Hashable {
    /// The microseconds in which one use is earned, rounded up, so that the rate is never exceeded.
    package let interval: Int64
    /// The microseconds in which an empty budget becomes whole. As many uses as the rate names are allowed at once.
    package let burst: Int64

    /// - Returns: nil for a rate without limit.
    package init?(_ rate: Rate) {
        guard case .limit(let number, let period) = rate, number > 0, number <= Rate.maximumNumber else { return nil }
        let (uses, length) = (Int64(number), Int64(period.seconds) * 1_000_000)
        interval = (length + uses - 1) / uses
        burst = interval * uses
    }

    package enum Verdict: Sendable, Hashable {
        /// - Parameter until: the moment at which the budget is whole again, in microseconds.
        case allowed(until: Int64)
        /// - Parameter wait: the microseconds until one use is earned.
        case refused(wait: Int64)
    }

    /// Takes one use from a budget.
    /// - Parameters:
    ///   - whole: the moment at which the budget is whole, in microseconds; nil for an unused budget.
    ///   - now: the time of the same clock, in microseconds. After a clock has stepped back, or a rate was lowered, the
    ///     wait is at most that of an empty budget.
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
