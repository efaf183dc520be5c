// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport

/// The programs in Python beside these tests.
enum MailPython {
    private static let folder = #filePath.split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" }

    /// Made at first need; that takes some seconds and the network, later it is there.
    static let executable = Result {
        let made = try CommandResult(
            "\(folder)/../../../Scripts/mail-environment", [], environment: Executable.inheritedEnvironment, within: 300
        )
        guard made.exit == .code(0) else { throw Failure("no environment with aiosmtpd: \(made.stderr.suffix(2_000))") }
        return String(made.stdout.prefix { $0 != "\n" })
    }

    static func arguments(_ driver: String, _ more: [String]) -> [String] {
        ["-B", "\(folder)/Drivers/\(driver).py"] + more
    }

    /// Runs a program to its end.
    /// - Returns: the lines that it prints.
    static func run(_ driver: String, _ more: String...) throws -> [Substring] {
        let result = try CommandResult(executable.get(), arguments(driver, more), within: 60)
        guard result.exit == .code(0) else { throw Failure("\(driver): \(result.stderr.suffix(3_000))") }
        return result.stdout.split(separator: "\n")
    }
}

/// A program in Python that serves until this value is gone.
final class MailPeer: Sendable {
    private let directory: TemporaryDirectory
    private let child: ChildProcess

    /// Starts the program and waits for a line.
    /// - Parameter isReady: true for a line that says that it serves.
    init(_ driver: String, _ arguments: [String], isReady: (Substring) -> Bool) throws {
        directory = try TemporaryDirectory()
        let (output, errors) = (directory.file("output"), directory.file("errors"))
        let child = try ChildProcess(
            MailPython.executable.get(), MailPython.arguments(driver, arguments), environment: [:], output: output,
            errors: errors)
        self.child = child
        let started: Bool? = waitUntil(30) {
            if child.exit() != nil { return false }
            return text(ofFile: output).split(separator: "\n").contains(where: isReady) ? true : nil
        }
        guard started == true else { throw Failure("\(driver) does not start: \(text(ofFile: errors).suffix(2_000))") }
    }

    /// The whole lines that the program has printed.
    var lines: [Substring] {
        let text = text(ofFile: directory.file("output"))
        let lines = text.split(separator: "\n")
        return text.hasSuffix("\n") ? lines : lines.dropLast()
    }
}

/// Certificates for `localhost`, and for another host, of an authority of the tests.
struct MailCertificates: Sendable {
    let authority: String
    let stranger: String
    let server: CertificateAuthority.Certificate
    let other: CertificateAuthority.Certificate
    private let directory: TemporaryDirectory

    static let shared = Result {
        let (directory, second) = (try TemporaryDirectory(), try TemporaryDirectory())
        let authority = try CertificateAuthority(in: directory)
        return MailCertificates(
            authority: authority.file, stranger: try CertificateAuthority(in: second).file,
            server: try authority.certificate(for: "localhost"),
            other: try authority.certificate(for: "mx.example.net", name: "other"), directory: directory,
            second: second)
    }

    private let second: TemporaryDirectory
}
