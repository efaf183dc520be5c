// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials

/// What a finished command left behind. `exit` is nil when it had to be killed because it took too long.
package struct CommandResult: Sendable {
    package let exit: Exit?
    package let stdout: String
    package let stderr: String

    /// Swift's and C's ways to die loudly. None of them may reach an operator.
    package var hasStackTrace: Bool {
        let text = stdout + stderr
        return ["Fatal error", "Stack dump", "*** Signal", "*** Program crashed", "Thread 0", "Backtrace"]
            .contains { text.contains($0) }
    }

    /// Runs one command to its end.
    /// - Parameters:
    ///   - executable: its path.
    ///   - environment: the whole environment of the process.
    ///   - output: the path of standard output; nil to keep it in ``stdout``.
    package init(
        _ executable: String, _ arguments: [String], environment: [String: String] = [:], input: String = "",
        output: String? = nil, within seconds: Double = 20
    ) throws {
        let directory = try TemporaryDirectory()
        let (stdin, stdout, stderr) = (directory.file("in"), output ?? directory.file("out"), directory.file("err"))
        guard FileManager.default.createFile(atPath: stdin, contents: Data(input.utf8)) else {
            throw Failure("cannot write \(stdin)")
        }
        let child = try ChildProcess(
            executable, arguments, environment: environment, input: stdin, output: stdout, errors: stderr
        )
        exit = child.exit(within: seconds)
        child.killNow()
        self.stdout = output == nil ? text(ofFile: stdout) : ""
        self.stderr = text(ofFile: stderr)
    }
}
