// SPDX-License-Identifier: Apache-2.0

import CGlibc
import Glibc

/// A run of another program. It blocks the calling thread.
enum ProgramRun {
    enum End: Equatable {
        case code(Int32)
        case signal(Int32)
        /// It was killed after its time.
        case late
        case notStarted
    }

    /// Runs a program to its end. It gets no environment but `PATH`, since that of the server may hold secrets, no
    /// other descriptors, and no output.
    /// - Parameters:
    ///   - arguments: all arguments, the name of the program first.
    ///   - input: the bytes of its standard input.
    ///   - limit: the longest time; after it the program is killed.
    static func run(_ program: String, _ arguments: [String], input: [UInt8], within limit: Duration) -> End {
        var ends: [Int32] = [-1, -1]
        // A socket and no pipe, since writing to it raises no SIGPIPE with MSG_NOSIGNAL.
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else { return .notStarted }
        defer { close(ends[0]) }
        let process = start(program, arguments, input: ends[1])
        close(ends[1])
        guard let process else { return .notStarted }
        let deadline = ContinuousClock.now + limit
        feed(input, to: ends[0], until: deadline)
        return wait(for: process, until: deadline)
    }

    private static func start(_ program: String, _ arguments: [String], input: Int32) -> pid_t? {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, input, 0)
        posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        // Connections of the event loops have no close-on-exec.
        ostiary_close_from(&actions, 3)
        // The thread may have signals blocked, which a process inherits.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        // The server ignores SIGPIPE, and that is inherited, too.
        sigaddset(&signals, SIGPIPE)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

        var argv = arguments.map { strdup($0) } + [nil]
        var environment = [strdup("PATH=/usr/sbin:/usr/bin:/sbin:/bin"), nil]
        defer { (argv + environment).forEach { free($0) } }
        var process: pid_t = 0
        guard posix_spawn(&process, program, &actions, &attributes, &argv, &environment) == 0 else { return nil }
        return process
    }

    /// Writes as much as the program reads, and closes its input.
    private static func feed(_ input: [UInt8], to descriptor: Int32, until deadline: ContinuousClock.Instant) {
        var rest = input[...]
        while !rest.isEmpty {
            let flags = Int32(MSG_NOSIGNAL | MSG_DONTWAIT)
            let count = rest.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, flags) }
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if errno == EAGAIN {
                guard .now < deadline else { return }
                var entry = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                poll(&entry, 1, 100)
            } else if errno != EINTR {
                // A program that reads no further may have its reason, which its exit code tells.
                return
            }
        }
        shutdown(descriptor, Int32(SHUT_WR))
    }

    private static func wait(for process: pid_t, until deadline: ContinuousClock.Instant) -> End {
        var (status, isLate): (Int32, Bool) = (0, false)
        while true {
            let ended = waitpid(process, &status, isLate ? 0 : WNOHANG)
            if ended == process { break }
            if ended < 0, errno != EINTR { return .late }
            if .now >= deadline, !isLate {
                isLate = true
                kill(process, SIGKILL)
            }
            usleep(2_000)
        }
        if isLate { return .late }
        let signal = status & 0x7F
        return signal == 0 ? .code((status >> 8) & 0xFF) : .signal(signal)
    }
}
