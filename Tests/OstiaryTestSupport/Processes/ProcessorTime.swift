// SPDX-License-Identifier: Apache-2.0

public import Glibc

/// Processor time that another process of this machine has used, in all its threads.
public struct ProcessorTime: Sendable {
    private let clock: clockid_t

    public init(of process: pid_t) throws {
        var clock = clockid_t()
        guard clock_getcpuclockid(process, &clock) == 0 else { throw Failure("no processor clock of \(process)") }
        self.clock = clock
    }

    /// In seconds.
    public var seconds: Double {
        var time = timespec()
        clock_gettime(clock, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
