// SPDX-License-Identifier: Apache-2.0

import Glibc
import OstiaryCore

/// Input from and output to the terminal.
enum Terminal {
    /// Puts `/dev/null` in the place of standard streams that are closed, opened so that their use fails: else the next
    /// file or socket would get the number, and with it what is meant for people.
    static func reserveStreams() {
        for stream in STDIN_FILENO...STDERR_FILENO where fcntl(stream, F_GETFD) < 0 {
            _ = open("/dev/null", stream == STDIN_FILENO ? O_WRONLY : O_RDONLY)
        }
    }

    /// Writes a line to standard error.
    static func complain(_ text: String) { _ = send(text + "\n", to: STDERR_FILENO) }

    /// Writes a line to standard output, unbuffered.
    /// - Throws: ``Failure`` with `EX_IOERR`. A closed pipe ends the process quietly instead, by `SIGPIPE`.
    static func print(_ line: String) throws { try write(line + "\n") }

    /// ``print(_:)`` without a line end.
    static func write(_ text: String) throws {
        let error = send(text, to: STDOUT_FILENO)
        if error == EPIPE { endByClosedPipe() }
        guard error == 0 else { throw Failure.output("Standard output", error) }
    }

    /// Writes to standard output and goes on if that fails: a server does not depend on the reader of its banner.
    static func show(_ text: String) { _ = send(text, to: STDOUT_FILENO) }

    /// Writes everything to a descriptor.
    /// - Returns: the error number; 0 for none.
    static func send(_ text: String, to descriptor: Int32) -> Int32 {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { return written < 0 ? errno : EIO }
            rest = rest.dropFirst(written)
        }
        return 0
    }

    /// Ends the process like ``print(_:)`` if standard output is a pipe that nobody reads any more, for a command that
    /// waits for something to print.
    static func requireReader() {
        var entry = pollfd(fd: STDOUT_FILENO, events: 0, revents: 0)
        if poll(&entry, 1, 0) == 1, entry.revents & Int16(POLLERR) != 0 { endByClosedPipe() }
    }

    /// Ends the process as the default action of `SIGPIPE` does. The signal may be ignored: by the parent, or by a
    /// library that opened a socket.
    private static func endByClosedPipe() -> Never {
        signal(SIGPIPE, SIG_DFL)
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGPIPE)
        pthread_sigmask(SIG_UNBLOCK, &signals, nil)
        raise(SIGPIPE)
        exit(128 + SIGPIPE)
    }

    /// True if standard input is a terminal.
    static var isInteractive: Bool { isatty(STDIN_FILENO) == 1 }

    /// - Returns: the line; nil at the end of the input.
    static func ask(_ prompt: String) throws -> String? {
        try write(prompt)
        return readLine()
    }

    /// Asks a question, unless it was answered beforehand.
    /// - Throws: ``Failure`` unless the answer is `y`.
    static func confirm(_ question: String, unless isConfirmed: Bool) throws {
        guard !isConfirmed else { return }
        guard try ask("\(question) [y/N]: ")?.lowercased() == "y" else { throw Failure(text: "Nothing was changed.") }
    }

    /// Asks for a line without echoing the typed characters.
    static func askSecretly(_ prompt: String) throws -> String? {
        try write(prompt)
        guard isatty(STDIN_FILENO) == 1 else { return readLine() }
        var before = termios()
        guard tcgetattr(STDIN_FILENO, &before) == 0 else { return readLine() }
        var silent = before
        // Ctrl-C ends the line instead of the process, so the echo is always restored.
        let interrupt: UInt8 = 3
        silent.c_lflag &= ~tcflag_t(ECHO | ISIG)
        withUnsafeMutableBytes(of: &silent.c_cc) { $0[Int(VEOL)] = interrupt }
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent)
        let line = readLine()
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &before)
        try Self.print("")
        if line?.utf8.last == interrupt { raise(SIGINT) }
        return line
    }

    /// The most bytes of a line that a program pipes in.
    private static let maximumInput = 4_096

    /// Reads standard input to its end: one line.
    /// - Returns: the line without its end.
    /// - Throws: ``Failure`` if there is anything else.
    static func readInputLine() throws -> String {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: maximumInput + 2)
        while bytes.count <= maximumInput {
            let count = read(STDIN_FILENO, &buffer, buffer.count - bytes.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw Failure(text: "Standard input cannot be read.", exitCode: 74) }
            if count == 0 { break }
            bytes += buffer[..<count]
        }
        if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
        if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
        guard bytes.count <= maximumInput, let line = String(validating: bytes, as: UTF8.self),
            !line.utf8.contains(where: { $0 == 0 || $0 == UInt8(ascii: "\n") })
        else { throw Failure(text: "Standard input must be one line of text, at most \(maximumInput) bytes.") }
        return line
    }

    /// Replaces the current line of standard error, if that is a terminal.
    static func progress(_ text: String) {
        guard isatty(STDERR_FILENO) == 1 else { return }
        _ = send("\r\(text)\u{1B}[K", to: STDERR_FILENO)
    }

    /// Ends the line that ``progress(_:)`` wrote.
    static func endProgress() {
        guard isatty(STDERR_FILENO) == 1 else { return }
        complain("")
    }

    /// Prints columns as wide as their widest cell; the last column is not padded.
    static func table(_ rows: [[String]]) throws {
        // Escape control characters: cells contain texts that users wrote.
        let rows = rows.map { $0.map(\.printable) }
        let columns = rows.map(\.count).max() ?? 0
        let widths = (0..<columns).map { column in
            rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
        }
        let lines = rows.map { row in
            let cells = row.enumerated().map { column, cell in
                column == row.count - 1 ? cell : cell + String(repeating: " ", count: widths[column] - cell.count)
            }
            return fitted(cells.joined(separator: "  "))
        }
        try Self.print(lines.joined(separator: "\n"))
    }

    /// A line that fits the terminal: longer lines are cut, and marked as cut.
    private static func fitted(_ line: String) -> String {
        var size = winsize()
        guard isatty(STDOUT_FILENO) == 1, ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 1,
            line.count > Int(size.ws_col)
        else { return line }
        return line.prefix(Int(size.ws_col) - 1) + "…"
    }
}
