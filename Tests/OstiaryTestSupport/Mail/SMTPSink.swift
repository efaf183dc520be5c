// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import Glibc
import Synchronization

/// Postfix's `smtp-sink`, which takes every message at once and keeps a copy of each.
///
/// Fetched by `Scripts/test-services`, and not installed: a mail server of the machine would want a configuration.
package final class SMTPSink: Sendable {
    package let port: UInt16
    private let directory: TemporaryDirectory
    private let child: Mutex<ChildProcess?> = Mutex(nil)
    private let options: [String]

    /// Starts the sink and waits until it listens.
    package init() throws {
        directory = try TemporaryDirectory()
        port = try FreePorts.next()
        chmod(directory.path, 0o777)  // the sink gives up its rights
        options = (geteuid() == 0 ? ["-u", "nobody"] : []) + ["-d", directory.file("mail.")]
        try start()
    }

    deinit { stop() }

    /// Starts the sink again on the same port.
    /// - Parameter delay: the seconds before each message is answered.
    package func start(delay: Int = 0) throws {
        let root = #filePath.split(separator: "/").dropLast(4).reduce("") { "\($0)/\($1)" }
        let postfix = "\(root)/.build/packages/postfix/usr"
        let output = directory.file("output")
        let sink = try ChildProcess(
            "\(postfix)/sbin/smtp-sink",
            options + (delay > 0 ? ["-w", "\(delay)"] : []) + ["127.0.0.1:\(port)", "64"],
            environment: ["LD_LIBRARY_PATH": "\(postfix)/lib/postfix"], output: output, errors: output)
        child.withLock { $0 = sink }
        let isReady: Bool? = waitUntil(10) {
            if sink.exit() != nil { return false }
            guard let probe = try? Loopback.socket() else { return nil }
            defer { close(probe) }
            return Loopback.withAddress(port) { connect(probe, $0, $1) } == 0 ? true : nil
        }
        guard isReady == true else { throw Failure("smtp-sink does not start: \(text(ofFile: output))") }
    }

    package func stop() {
        child.withLock { child in
            child?.killNow()
            child = nil
        }
    }

    /// A copy, and when it was written, in nanoseconds. The clock of files ticks every few milliseconds.
    package struct Copy: Sendable {
        package let text: String
        package let at: Int64
    }

    /// The copies. A probe that sends nothing leaves none.
    package func messages() throws -> [Copy] {
        try FileManager.default.contentsOfDirectory(atPath: directory.path).filter { $0.hasPrefix("mail.") }.map {
            let file = directory.file($0)
            return Copy(text: text(ofFile: file), at: try Self.age(of: file))
        }
    }

    /// The time of the last write in nanoseconds.
    private static func age(of path: String) throws -> Int64 {
        var status = stat()
        guard stat(path, &status) == 0 else { throw Failure("no file \(path)") }
        return Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec)
    }
}
