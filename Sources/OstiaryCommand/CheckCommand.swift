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
            is 1 if there are findings of the level of --fail-level. With --ready it is 1 if the server is not ready, and 69 \
            if none answers.
            """
    )

    @Flag(name: .long, help: "Also look for faults that matter on the open network.")
    var deploy = false

    @Flag(name: .long, help: "Ask the running server whether it is ready, and look for nothing else.")
    var ready = false

    @Flag(name: .long, help: "Short for --fail-level warning.")
    var strict = false

    @Option(name: .long, help: "error or warning: the lowest level of a finding that makes the command exit with 1.")
    var failLevel = FailLevel.error

    enum FailLevel: String, ExpressibleByArgument, CaseIterable { case error, warning }

    @OptionGroup var output: JSONOption
    @OptionGroup(visibility: .hidden) var server: ServerOptions
    @OptionGroup(visibility: .hidden) var options: ConfigurationOptions

    func validate() throws {
        if ready, deploy || strict { throw ValidationError("--ready looks for no faults: leave out the other flags.") }
    }

    func run() async throws {
        try await reportingFailures {
            if ready { return try await askServer() }
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

    /// Prints the answer of `/readyz`, which is JSON.
    private func askServer() async throws {
        let answer = try await ReadinessProbe(ServerConfiguration(options.reading(server.values))).ask()
        try Terminal.print(answer.body)
        guard answer.isReady else { throw ExitCode(1) }
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
