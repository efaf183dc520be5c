// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Logging
import OstiaryCore
import OstiaryServer

struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Check this installation for faults.",
        discussion: """
            Give the flags, the environment and the file that the server is started with. Changes nothing. The exit code \
            is 1 if there are findings of the level of --fail-level.
            """
    )

    @Flag(name: .long, help: "Also look for faults that matter on the open network.")
    var deploy = false

    @Flag(name: .long, help: "Short for --fail-level warning.")
    var strict = false

    @Option(name: .long, help: "error or warning: the lowest level of a finding that makes the command exit with 1.")
    var failLevel = FailLevel.error

    enum FailLevel: String, ExpressibleByArgument, CaseIterable { case error, warning }

    @OptionGroup var output: JSONOption
    @OptionGroup(visibility: .hidden) var server: ServerOptions
    @OptionGroup(visibility: .hidden) var options: ConfigurationOptions

    func run() async throws {
        try await reportingFailures {
            var logger = Logger(label: "ostiary") { StreamLogHandler.standardError(label: $0) }
            logger.logLevel = .error
            let findings = try await Checks(options.reading(server.values)).findings(
                isDeployment: deploy, features: OstiaryCommand.features, logger: logger)
            if output.json {
                try Terminal.document { $0.findings(findings) }
            } else {
                for finding in findings {
                    try Terminal.print(
                        "\(finding.level.rawValue) \(finding.code): \(finding.text)\n  \(finding.advice)")
                }
                try Terminal.print(findings.isEmpty ? "No issues found." : "\(findings.count) found.")
            }
            let failsOnWarnings = strict || failLevel == .warning
            if findings.contains(where: { failsOnWarnings || $0.level == .error }) { throw ExitCode(1) }
        }
    }
}

extension JSONWriter {
    fileprivate mutating func findings(_ findings: [Finding]) {
        beginArray()
        for finding in findings {
            beginObject()
            member("level", finding.level.rawValue)
            member("code", finding.code)
            member("text", finding.text)
            member("advice", finding.advice)
            endObject()
        }
        endArray()
    }
}
