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
func reportingFailures(_ work: () async throws -> Void) async throws {
    do {
        try await work()
    } catch let error as ConfigurationError {
        Terminal.complain("\(error)")
        throw ExitCode(ConfigurationError.exitCode)
    } catch let error as StartError {
        Terminal.complain("Error: \(error)")
        throw ExitCode(error.exitCode)
    } catch let failure as Failure {
        Terminal.complain("Error: \(failure.text)")
        throw ExitCode(failure.exitCode)
    } catch let error as StoreUnavailable {
        Terminal.complain("Error: \(String(reflecting: error))")
        throw ExitCode(69)
    } catch let exit as ExitCode {
        throw exit
    } catch {
        Terminal.complain("Error: \(error)")
        throw ExitCode(1)
    }
}
