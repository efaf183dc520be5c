// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Glibc
import OstiaryCore
import OstiaryServer

/// The reason why a command failed, for standard error.
struct Failure: Error {
    let text: String
    /// 1, or a code of `sysexits.h`.
    var exitCode: Int32 = 1

    /// Output was lost; the exit code is `EX_IOERR`. Changes that the command made before are kept.
    static func output(_ place: String, _ error: Int32) -> Failure {
        Failure(text: "\(place) cannot be written: \(String(cString: strerror(error))).", exitCode: 74)
    }
}

/// Runs a command's work, and reports its errors in words, never as a stack trace.
/// - Parameter format: the format of the report: lines for people, or a line of a JSON log for each reason.
func reportingFailures(in format: LogFormat = .text, _ work: () async throws -> Void) async throws {
    do {
        try await work()
    } catch let exit as ExitCode {
        throw exit
    } catch {
        let code = exitCode(of: error)
        switch format {
        case .text: Terminal.complain(text(of: error))
        case .json: await FailureLog.write((error as? ConfigurationError)?.problems ?? [reason(of: error)], code)
        }
        throw ExitCode(code)
    }
}

private func exitCode(of error: any Error) -> Int32 {
    switch error {
    case is ConfigurationError: ConfigurationError.exitCode
    case let error as StartError: error.exitCode
    case let failure as Failure: failure.exitCode
    case is StoreUnavailable: 69
    default: 1
    }
}

private func text(of error: any Error) -> String {
    error is ConfigurationError ? "\(error)" : "Error: \(reason(of: error))"
}

private func reason(of error: any Error) -> String {
    switch error {
    case let failure as Failure: failure.text
    // For operators, with the reason.
    case let error as StoreUnavailable: String(reflecting: error)
    default: "\(error)"
    }
}
