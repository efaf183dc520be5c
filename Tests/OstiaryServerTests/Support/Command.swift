import FoundationEssentials
import Glibc

/// What a finished command left behind.
struct CommandResult: Sendable {
    var exit: Exit?
    var stdout: String
    var stderr: String

    /// Swift's and C's ways to die loudly. None of them may reach an operator.
    var hasStackTrace: Bool {
        let text = stdout + stderr
        return ["Fatal error", "Stack dump", "*** Signal", "*** Program crashed", "Thread 0", "Backtrace"]
            .contains { text.contains($0) }
    }
}

enum OstiaryBinary {
    /// The product under test: beside the test bundle, or where `OSTIARY_TEST_BINARY` says.
    static func path() throws -> String {
        if let chosen = getenv("OSTIARY_TEST_BINARY") { return String(cString: chosen) }
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink("/proc/self/exe", &buffer, buffer.count)
        guard count > 0 else { throw Failure("cannot read /proc/self/exe") }
        let bundle = String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let binary = bundle.prefix(through: bundle.lastIndex(of: "/") ?? bundle.startIndex) + "ostiary"
        guard access(String(binary), X_OK) == 0 else { throw Failure("no executable at \(binary)") }
        return String(binary)
    }
}

/// Runs one command to its end. `exit` is nil when it had to be killed because it took too long.
func runCommand(
    _ arguments: [String], environment: [String: String] = [:], input: String = "", within seconds: Double = 20
) throws -> CommandResult {
    let directory = try TemporaryDirectory()
    let (stdin, stdout, stderr) = (directory.file("in"), directory.file("out"), directory.file("err"))
    guard FileManager.default.createFile(atPath: stdin, contents: Data(input.utf8)) else {
        throw Failure("cannot write \(stdin)")
    }
    let child = try ChildProcess(
        OstiaryBinary.path(), arguments, environment: environment, input: stdin, output: stdout, errors: stderr
    )
    let exit = child.exit(within: seconds)
    child.killNow()
    return CommandResult(exit: exit, stdout: text(ofFile: stdout), stderr: text(ofFile: stderr))
}
