import Glibc

/// Something the tests themselves could not do: start, connect, set up.
struct Failure: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

/// A moment on the monotonic clock after which waiting is an error.
struct Deadline {
    private let end: ContinuousClock.Instant

    init(_ seconds: Double) { end = .now + .seconds(seconds) }

    var passed: Bool { end <= .now }

    /// What is left, for poll(2): at least 0, at most an hour.
    var milliseconds: Int32 {
        let left = (end - .now) / .milliseconds(1)
        return Int32(max(0, min(left.rounded(.up), 3_600_000)))
    }
}

/// Asks `value` every so many microseconds until it answers; nil when the time is over.
func waitUntil<T>(_ seconds: Double, every microseconds: UInt32 = 10_000, _ value: () throws -> T?) rethrows -> T? {
    let deadline = Deadline(seconds)
    while true {
        if let found = try value() { return found }
        if deadline.passed { return nil }
        usleep(microseconds)
    }
}

/// Seconds since `start`.
func seconds(since start: ContinuousClock.Instant) -> Double {
    (ContinuousClock.now - start) / .seconds(1)
}

/// A measured value, printed in a form that can be collected from the output.
func figure(_ name: String, _ value: some CustomStringConvertible) {
    print("figure: \(name) = \(value)")
}

func figure(_ name: String, seconds: Double) {
    figure(name, "\((seconds * 1000).rounded() / 1000) s")
}

/// Sleeps the thread.
func pause(_ seconds: Double) {
    usleep(UInt32(seconds * 1_000_000))
}
