// SPDX-License-Identifier: Apache-2.0

import Glibc
import OstiaryCore

/// The metrics that Prometheus' own libraries report of each process. A value that the system does not tell is left out.
struct ProcessReadings: Sendable {
    /// In Unix time. Computed once: it must not move with the clock.
    private let start = Self.startTime()

    func readings() -> [Reading] {
        let pages = Self.numbers(in: "/proc/self/statm")
        let pageSize = Double(sysconf(Int32(_SC_PAGESIZE)))
        var limit = rlimit()
        let hasLimit = getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0
        let values: [(Metric, Double?)] = [
            (.processStart, start),
            (.processorTime, Self.clock(CLOCK_PROCESS_CPUTIME_ID)),
            (.virtualMemory, pages.first.map { $0 * pageSize }),
            (.residentMemory, pages.dropFirst().first.map { $0 * pageSize }),
            (.openDescriptors, Self.openDescriptors()),
            (.maximumDescriptors, hasLimit ? Double(limit.rlim_cur) : nil),
        ]
        return values.compactMap { metric, value in value.map { Reading(metric, $0) } }
    }

    private static func startTime() -> Double? {
        // The fields behind the program's name begin with the third; the start is the 22nd (proc_pid_stat(5)), in ticks.
        let fields = numbers(in: "/proc/self/stat")
        guard fields.count > 19, let now = clock(CLOCK_REALTIME), let sinceBoot = clock(CLOCK_BOOTTIME) else {
            return nil
        }
        return now - (sinceBoot - fields[19] / Double(sysconf(Int32(_SC_CLK_TCK))))
    }

    /// The fields of a file of the kernel's as numbers, behind the last parenthesis: the name of a program stands in a
    /// pair of them and may hold blanks. A field that is no number is 0.
    private static func numbers(in path: String) -> [Double] {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return [] }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: 4_096)
        let count = read(file, &bytes, bytes.count)
        guard count > 0 else { return [] }
        let line = bytes[..<count]
        let fields = line[(line.lastIndex(of: UInt8(ascii: ")")).map { $0 + 1 } ?? 0)...]
        return fields.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\n") }
            .map { Double(String(decoding: $0, as: UTF8.self)) ?? 0 }
    }

    private static func clock(_ clock: clockid_t) -> Double? {
        var time = timespec()
        return clock_gettime(clock, &time) == 0 ? Double(time.tv_sec) + Double(time.tv_nsec) / 1e9 : nil
    }

    /// Linux 6.2 and later tell the number as the size of the directory. Earlier ones have each entry read.
    private static func openDescriptors() -> Double? {
        var status = stat()
        if stat("/proc/self/fd", &status) == 0, status.st_size > 0 { return Double(status.st_size) }
        guard let directory = opendir("/proc/self/fd") else { return nil }
        defer { closedir(directory) }
        var count = 0
        while let entry = readdir(directory) { if entry.pointee.d_type == UInt8(DT_LNK) { count += 1 } }
        // One is the directory's own.
        return Double(count - 1)
    }
}
