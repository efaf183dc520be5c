// SPDX-License-Identifier: Apache-2.0

import Glibc
import OstiaryTestSupport

/// strace attached to running processes: it writes down their system calls and, told so, has one of them fail.
final class Tracer {
    private let strace: ChildProcess
    private let directory: TemporaryDirectory

    /// Attaches, and returns when every thread is watched.
    /// - Parameters:
    ///   - processes: with all their threads, and with the children and threads to come.
    ///   - calls: the names of system calls; those that this machine does not have are left out.
    ///   - files: only calls on them; on everything when there is none.
    ///   - injection: as behind `-e inject=`. strace counts each call of each thread on its own.
    /// - Throws: ``Failure`` where tracing is not permitted.
    init(_ processes: [Int32], calls: [String], files: [String] = [], injection: String? = nil) throws {
        directory = try TemporaryDirectory()
        let messages = directory.file("messages")
        let trace = "trace=" + calls.map { "?\($0)" }.joined(separator: ",")
        var arguments = ["-f", "-o", directory.file("log"), "-s", "80", "-e", trace]
        arguments += files.flatMap { ["-P", $0] } + (injection.map { ["-e", "inject=\($0)"] } ?? [])
        strace = try ChildProcess(
            Executable.required("strace", package: "strace"), arguments + processes.flatMap { ["-p", "\($0)"] },
            environment: [:], output: messages, errors: messages
        )
        let attached: Bool? = waitUntil(10, every: 1_000) {
            if strace.exit() != nil { return false }
            return text(ofFile: messages).split(separator: " attached").count > processes.count ? true : nil
        }
        guard attached == true else {
            throw Failure(
                """
                strace does not attach: \(text(ofFile: messages).suffix(500))
                These tests have to trace a process that they did not fork: run them as root or with CAP_SYS_PTRACE, with \
                kernel.yama.ptrace_scope=0 if neither can be; a container may need --cap-add=SYS_PTRACE.
                """)
        }
    }

    /// Lets go of the processes.
    /// - Parameter dying: they are being killed. Then strace ends with them; it would never end if it was told to while
    ///   they die.
    func detach(dying: Bool) throws -> Trace {
        if !dying || strace.exit(within: 5) == nil { strace.send(signal: SIGINT) }
        guard strace.exit(within: 10) != nil else { throw Failure("strace does not end") }
        return Trace(text(ofFile: directory.file("log")))
    }
}

/// What strace wrote down.
struct Trace {
    let lines: [Substring]

    init(_ log: String) { lines = log.split(separator: "\n") }

    /// The names of the calls in the order in which they began.
    var calls: [String] {
        lines.compactMap { line in
            // "2314  pwrite64(7, …", and nothing of "<... pwrite64 resumed>" and "+++ killed by SIGKILL +++".
            let call = line.drop { $0 != " " }.drop { $0 == " " }
            let name = call.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
            return !name.isEmpty && call.dropFirst(name.count).first == "(" ? String(name) : nil
        }
    }

    /// Those without the ordinary writes, by which threads are woken, too; but what sends an answer is called `answer`.
    var callsUntilAnswer: [String] {
        let kept = lines.filter { !$0.contains(" write(") || $0.contains("\"HTTP/1.1 ") }
        return Trace(kept.joined(separator: "\n")).calls.map { $0 == "write" ? "answer" : $0 }
    }

    var wasKilled: Bool { lines.contains { $0.contains("+++ killed by SIGKILL") } }

    /// Whether the injection was reached.
    var wasTouched: Bool { wasKilled || lines.contains { $0.contains("(INJECTED)") } }
}
