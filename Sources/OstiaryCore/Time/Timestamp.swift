// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A moment: whole microseconds since 1970-01-01T00:00:00Z, leap seconds not counted (POSIX time).
///
/// An integer, so that no comparison depends on rounding. Arithmetic saturates and never traps.
public struct Timestamp: Sendable, Hashable, Comparable {
    /// The microseconds since 1970; negative before.
    public let microseconds: Int64

    /// - Parameter microseconds: the microseconds since 1970.
    public init(microseconds: Int64) {
        self.microseconds = microseconds
    }

    /// - Parameter seconds: seconds since 1970, as in the `exp` of RFC 7519.
    public init(seconds: Int64) {
        let (value, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000)
        self.microseconds = overflow ? (seconds < 0 ? .min : .max) : value
    }

    /// Whole seconds since 1970, rounded down.
    public var seconds: Int64 {
        let (quotient, remainder) = microseconds.quotientAndRemainder(dividingBy: 1_000_000)
        return remainder < 0 ? quotient - 1 : quotient
    }

    /// - Parameter seconds: the seconds to add, which may be negative; the result saturates.
    public func adding(seconds: Int) -> Timestamp {
        let (value, overflow) = microseconds.addingReportingOverflow(Timestamp(seconds: Int64(seconds)).microseconds)
        return Timestamp(microseconds: overflow ? (seconds < 0 ? .min : .max) : value)
    }

    public static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.microseconds < right.microseconds
    }
}

/// The clock that a service reads. Tests pass a fixed one.
public typealias WallClock = @Sendable () -> Timestamp

extension Timestamp {
    /// The machine's wall clock.
    public static let now: WallClock = {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000)
    }
}
