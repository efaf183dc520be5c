// SPDX-License-Identifier: Apache-2.0

import Logging

/// The JSON log of a server that cannot start, perhaps because it has no valid configuration.
package enum FailureLog {
    /// Writes a line for each reason to standard error.
    /// - Parameter exitCode: the code with which the process will end.
    package static func write(_ reasons: [String], _ exitCode: Int32) async {
        let logger = Logger(label: "ostiary") { LineLogHandler(label: $0, level: .critical, format: .json) }
        for reason in reasons {
            let line = reason.split(separator: "\n").joined(separator: " ")
            logger.critical("the server ended with a failure", metadata: ["reason": "\(line)", "exit": "\(exitCode)"])
        }
        await LogSink.standardError.flush()
    }
}
