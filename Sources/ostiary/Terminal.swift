// SPDX-License-Identifier: Apache-2.0

import Glibc
import OstiaryCore

/// Input from and output to the terminal.
enum Terminal {
    static func complain(_ text: String) {
        let bytes = Array((text + "\n").utf8)
        _ = write(STDERR_FILENO, bytes, bytes.count)
    }

    /// True if standard input is a terminal.
    static var isInteractive: Bool { isatty(STDIN_FILENO) == 1 }

    /// - Returns: the line; nil at the end of the input.
    static func ask(_ prompt: String) -> String? {
        show(prompt)
        return readLine()
    }

    /// Asks for a line without echoing the typed characters.
    static func askSecretly(_ prompt: String) -> String? {
        show(prompt)
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
        show("\n")
        if line?.utf8.last == interrupt { raise(SIGINT) }
        return line
    }

    /// Replaces the current line of standard error, if that is a terminal.
    static func progress(_ text: String) {
        guard isatty(STDERR_FILENO) == 1 else { return }
        let bytes = Array("\r\(text)\u{1B}[K".utf8)
        _ = write(STDERR_FILENO, bytes, bytes.count)
    }

    /// Ends the line that ``progress(_:)`` wrote.
    static func endProgress() {
        guard isatty(STDERR_FILENO) == 1 else { return }
        _ = write(STDERR_FILENO, "\n", 1)
    }

    /// Prints columns as wide as their widest cell; the last column is not padded.
    static func table(_ rows: [[String]]) {
        // Escape control characters: cells contain texts that users wrote.
        let rows = rows.map { $0.map(\.printable) }
        let columns = rows.map(\.count).max() ?? 0
        let widths = (0..<columns).map { column in
            rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
        }
        for row in rows {
            let cells = row.enumerated().map { column, cell in
                column == row.count - 1 ? cell : cell + String(repeating: " ", count: widths[column] - cell.count)
            }
            print(fitted(cells.joined(separator: "  ")))
        }
    }

    /// A line that fits the terminal: longer lines are cut, and marked as cut.
    private static func fitted(_ line: String) -> String {
        var size = winsize()
        guard isatty(STDOUT_FILENO) == 1, ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 1,
            line.count > Int(size.ws_col)
        else { return line }
        return line.prefix(Int(size.ws_col) - 1) + "…"
    }

    /// Writes without buffering, even if standard output is a file.
    static func show(_ text: String) {
        let bytes = Array(text.utf8)
        _ = write(STDOUT_FILENO, bytes, bytes.count)
    }
}
