// SPDX-License-Identifier: Apache-2.0

import Logging

extension Logger {
    /// The logger of the process, as configured.
    static func ostiary(_ configuration: ServerConfiguration) -> Logger {
        Logger(label: "ostiary") { label in
            LineLogHandler(label: label, level: configuration.logLevel, format: configuration.logFormat)
        }
    }

    /// A logger for frameworks, which log at `info` what only their developers need.
    var quieter: Logger {
        var logger = self
        if logger.logLevel == .info { logger.logLevel = .notice }
        return logger
    }
}
