// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import Glibc
import OstiarySQL
import OstiarySQLite
import OstiaryTestSupport

extension EndToEnd.Checking {
    /// A sound installation on SQLite behind a proxy, into which a fault is planted.
    final class Site {
        let directory: TemporaryDirectory
        var data: String
        var arguments = ["--trusted-hops", "1"]
        var environment = EndToEnd.Checking.wellConfigured
        var launcher: [String] = []
        /// Kept until the check is over.
        var disk: SmallDisk?
        /// False if this user may not plant the fault.
        var isPlanted = true

        init(copying template: String) throws {
            directory = try TemporaryDirectory()
            data = directory.file("data")
            try copy(template, to: data)
        }

        func copy(_ source: String, to target: String) throws {
            let copied = try CommandResult("/bin/cp", ["-a", source, target])
            guard copied.exit == .code(0) else { throw Failure("cp: \(copied.stderr)") }
        }

        func mode(_ mode: mode_t, _ name: String = "") throws {
            guard chmod(data + name, mode) == 0 else { throw Failure("chmod \(name): errno \(errno)") }
        }

        func write(_ name: String, _ text: String, mode: mode_t = 0o600) throws {
            let created = FileManager.default.createFile(atPath: data + name, contents: Data(text.utf8))
            guard created else { throw Failure("cannot write \(name)") }
            try self.mode(mode, name)
        }

        /// Runs a command of an operator, which has to succeed.
        func command(_ arguments: String...) throws {
            let result = try runCommand(arguments + ["--data-dir", data])
            guard result.exit == .code(0) else { throw Failure("\(arguments): \(result)") }
        }

        /// Changes the database as nobody else does.
        func execute(_ statement: SQLQuery) throws {
            let connection = try SQLiteConnection(
                path: data + "/ostiary.sqlite3", role: .writer, busyTimeout: 5_000)
            _ = try connection.run(statement)
        }

        /// - Parameter days: for which the certificate is good.
        func certify(days: Int = 365) throws {
            let certificate = try CertificateAuthority(in: directory).certificate(for: "id.example.com", days: days)
            guard chmod(certificate.key, 0o600) == 0 else { throw Failure("chmod: errno \(errno)") }
            arguments = ["--tls-cert", certificate.file, "--tls-key", certificate.key]
        }

        func check() throws -> (exit: Exit?, found: [Found]) {
            let command = try launcher + [OstiaryBinary.path(), "check", "--deploy", "--json"]
            let result = try CommandResult(
                command[0], command.dropFirst() + ["--data-dir", data] + arguments, environment: environment)
            guard let found = try? JSONDecoder().decode([Found].self, from: Data(result.stdout.utf8)) else {
                throw Failure("no findings: \(result)")
            }
            return (result.exit, found)
        }
    }
}
