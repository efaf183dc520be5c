// SPDX-License-Identifier: Apache-2.0

import Glibc
import Synchronization

/// How a process ended.
package enum Exit: Equatable, Sendable {
    case code(Int32)
    case signal(Int32)
}

/// One child process, addressed by its id only, killed and reaped at the latest with this value.
package final class ChildProcess: Sendable {
    package let pid: Int32
    private let ended = Mutex<Exit?>(nil)

    /// Starts `executable` with exactly `environment`; its streams are the three files.
    /// Descriptors of the tests are all close-on-exec, so it inherits nothing else.
    package init(
        _ executable: String, _ arguments: [String], environment: [String: String],
        input: String = "/dev/null", output: String, errors: String
    ) throws {
        _ = killLivingAtExit
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        let append = O_WRONLY | O_CREAT | O_APPEND
        posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, append, 0o600)
        posix_spawn_file_actions_addopen(&actions, 2, errors, append, 0o600)

        // A thread of the tests may have signals blocked, and a child inherits that: SIGTERM would never arrive.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))

        var argv = ([executable] + arguments).map { strdup($0) } + [nil]
        var envp = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { (argv + envp).forEach { free($0) } }
        var pid: pid_t = 0
        let failure = posix_spawn(&pid, executable, &actions, &attributes, &argv, &envp)
        guard failure == 0 else { throw Failure("cannot start \(executable): errno \(failure)") }
        self.pid = pid
        living.withLock { _ = $0.insert(pid) }
    }

    /// The end of the process if it has ended. Holding the lock keeps the id ours until it is reaped.
    package func exit() -> Exit? {
        ended.withLock { ended in
            if ended != nil { return ended }
            var status: Int32 = 0
            guard waitpid(pid, &status, WNOHANG) == pid else { return nil }
            living.withLock { _ = $0.remove(pid) }
            let signal = status & 0x7f
            ended = signal == 0 ? .code((status >> 8) & 0xff) : .signal(signal)
            return ended
        }
    }

    /// Waits for the end; nil when it does not come in time.
    package func exit(within seconds: Double) -> Exit? {
        waitUntil(seconds, every: 2_000) { exit() }
    }

    package func send(signal: Int32) {
        guard exit() == nil else { return }
        ended.withLock { if $0 == nil { kill(pid, signal) } }
    }

    /// SIGKILL, then waits until the process is gone.
    package func killNow() {
        send(signal: SIGKILL)
        _ = exit(within: 10)
    }

    deinit { killNow() }
}

/// Processes not yet reaped. Values in static storage are never deinitialised, so the exit of the tests ends them.
private let living = Mutex<Set<pid_t>>([])
private let killLivingAtExit: Void = {
    atexit {
        living.withLockIfAvailable { processes in
            for pid in processes {
                kill(pid, SIGKILL)
                waitpid(pid, nil, 0)
            }
        }
    }
}()
