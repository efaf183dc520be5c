// SPDX-License-Identifier: Apache-2.0

import Logging

extension Logger {
    /// The process's logger, as configured.
    static func ostiary(_ configuration: ServerConfiguration) -> Logger {
        Logger(label: "ostiary") { label in
            LineLogHandler(label: label, level: configuration.logLevel, format: configuration.logFormat)
        }
    }

    /// For frameworks, which say at `info` what only their developers want to know.
    var quieter: Logger {
        var logger = self
        if logger.logLevel == .info { logger.logLevel = .notice }
        return logger
    }
}
