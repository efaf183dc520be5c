// SPDX-License-Identifier: Apache-2.0

import Glibc
import OstiaryCore

/// What people type and read.
enum Terminal {
    static func complain(_ text: String) {
        let bytes = Array((text + "\n").utf8)
        _ = write(STDERR_FILENO, bytes, bytes.count)
    }

    /// Whether somebody sits before it.
    static var isInteractive: Bool { isatty(STDIN_FILENO) == 1 }

    /// - Returns: the line; nil at the end of the input.
    static func ask(_ prompt: String) -> String? {
        show(prompt)
        return readLine()
    }

    /// Asks without showing what is typed.
    static func askSecretly(_ prompt: String) -> String? {
        show(prompt)
        guard isatty(STDIN_FILENO) == 1 else { return readLine() }
        var before = termios()
        guard tcgetattr(STDIN_FILENO, &before) == 0 else { return readLine() }
        var silent = before
        // Ctrl-C arrives as the end of the line, so that the terminal is never left without its echo.
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

    /// Replaces the line on standard error, where somebody is looking.
    static func progress(_ text: String) {
        guard isatty(STDERR_FILENO) == 1 else { return }
        let bytes = Array("\r\(text)\u{1B}[K".utf8)
        _ = write(STDERR_FILENO, bytes, bytes.count)
    }

    /// Ends what ``progress(_:)`` wrote.
    static func endProgress() {
        guard isatty(STDERR_FILENO) == 1 else { return }
        _ = write(STDERR_FILENO, "\n", 1)
    }

    /// Columns as wide as their widest cell, the last one as it is.
    static func table(_ rows: [[String]]) {
        // Cells hold what users wrote about themselves.
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

    /// A line where somebody looks at it: what goes beyond the terminal's width is cut, and marked.
    private static func fitted(_ line: String) -> String {
        var size = winsize()
        guard isatty(STDOUT_FILENO) == 1, ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 1,
            line.count > Int(size.ws_col)
        else { return line }
        return line.prefix(Int(size.ws_col) - 1) + "…"
    }

    /// Written at once, also where standard output is a file.
    static func show(_ text: String) {
        let bytes = Array(text.utf8)
        _ = write(STDOUT_FILENO, bytes, bytes.count)
    }
}
