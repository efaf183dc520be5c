// SPDX-License-Identifier: Apache-2.0

import Glibc
import NIOCore
import OstiaryCore
import OstiarySQL

/// The reason why a command or a server cannot start, in words for its operator.
public struct StartError: Error, CustomStringConvertible {
    /// The reason, in whole sentences.
    public let description: String
    /// The exit code of `sysexits.h`: 69 unavailable, 73 cannot create, 78 configuration.
    public let exitCode: Int32

    static func directory(_ path: String, reason: String) -> StartError {
        StartError(
            description: """
                The data directory \(path) cannot be used: \(reason).
                Make it writable for this user, or choose another with --data-dir.
                """,
            exitCode: 73
        )
    }

    static func untrusted(_ path: String, _ fault: FileTrust.Fault) -> StartError {
        StartError(
            description: """
                \(path) cannot be trusted: \(fault.reason), so another user could sign tokens or change accounts.
                If no one has changed the file: \(fault.remedy)
                """,
            exitCode: ConfigurationError.exitCode
        )
    }

    static func certificate(_ path: String, reason: String) -> StartError {
        StartError(
            description: "The certificate \(path) cannot be used: \(reason). Check --tls-cert and --tls-key.",
            exitCode: ConfigurationError.exitCode
        )
    }

    static func noDatabase(_ path: String) -> StartError {
        StartError(
            description: "There is no database at \(path). Check --data-dir, or create one with: ostiary migrate",
            exitCode: 69
        )
    }

    /// - Parameter exitCode: 69, or 78 for a file that somebody has to change.
    static func database(_ error: SQLError, exitCode: Int32 = 69) -> StartError {
        StartError(description: "The database cannot be used: \(error.report).", exitCode: exitCode)
    }

    static func migration(_ error: MigrationError) -> StartError {
        StartError(description: "The database cannot be migrated: \(error).", exitCode: 69)
    }

    static func pendingMigrations(_ names: [String]) -> StartError {
        StartError(
            description: "The database lacks migrations (\(names.joined(separator: ", "))). Run: ostiary migrate",
            exitCode: 69
        )
    }

    static func unixSocket(_ path: String, reason: String) -> StartError {
        StartError(
            description: """
                Cannot listen on the unix socket \(path): \(reason).
                Stop what listens there, remove the file, or choose another path: ostiary serve unix:PATH
                """,
            exitCode: 69
        )
    }

    static func clock(_ now: Timestamp, made: Timestamp) -> StartError {
        StartError(
            description: """
                The clock of this machine says \(now.iso8601), but this program was made on \(made.iso8601).
                Set the clock, for example by: timedatectl set-ntp true
                """,
            exitCode: 69
        )
    }

    static func unknownPort() -> StartError {
        StartError(
            description: """
                The port of the server is not known: it is 0, so the server has taken a free one.
                Give the port that its log shows: --port PORT
                """,
            exitCode: 78
        )
    }

    static func noAnswer(_ address: ListeningAddress, reason: String) -> StartError {
        StartError(
            description: """
                No server answers at \(address): \(reason).
                Start it, or give this command the flags, the environment and the file that it is started with.
                """,
            exitCode: 69
        )
    }

    static func address(_ address: ListeningAddress, _ error: any Error) -> StartError {
        if let error = error as? StartError { return error }
        if let path = address.socketPath {
            let reason = (error as? IOError).map { String(cString: strerror($0.errnoCode)) } ?? "\(error)"
            return unixSocket(path, reason: reason)
        }
        if (error as? IOError)?.errnoCode == EACCES, let port = address.port, (1..<1_024).contains(port) {
            return StartError(
                description: """
                    Cannot listen on \(address): ports below 1024 need a right that this user does not have.
                    Take a port above and let a proxy listen on \(port), or give the right: with systemd \
                    AmbientCapabilities=CAP_NET_BIND_SERVICE, else setcap cap_net_bind_service=+ep on the program.
                    """,
                exitCode: 69
            )
        }
        let reason = (error as? IOError).map { String(cString: strerror($0.errnoCode)) } ?? "\(error)"
        return StartError(
            description: """
                Cannot listen on \(address): \(reason).
                Stop what listens there, or choose another address: ostiary serve ADDRESS:PORT
                """,
            exitCode: 69
        )
    }
}
