// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import OstiaryCore
import OstiaryServer

struct ConfigCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config", abstract: "Show and check the configuration of a server.",
        discussion: """
            Give the flags, the environment and the file that the server is started with. Settings that change while \
            servers run are shown by: ostiary settings list
            """,
        subcommands: [Show.self, Check.self, Sample.self]
    )

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show", abstract: "Show the values in force and their sources.",
            discussion: "Passwords and secrets are masked."
        )

        @OptionGroup var output: JSONOption
        @OptionGroup(visibility: .hidden) var server: ServerOptions
        @OptionGroup(visibility: .hidden) var options: ConfigurationOptions

        func run() async throws {
            try await reportingFailures {
                let reading = options.reading(server.values)
                for warning in reading.warnings { Terminal.complain("Warning: \(warning)") }
                if output.json {
                    try Terminal.document { $0.rows(reading.rows) }
                } else {
                    let rows = reading.rows.map { [$0.key.name, $0.value, $0.source.text($0.key)] }
                    try Terminal.table([["NAME", "VALUE", "SOURCE"]] + rows)
                }
                // Malformed values are shown first, then reported.
                _ = try ServerConfiguration(reading)
            }
        }
    }

    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "check", abstract: "Check the configuration and its files without starting a server.",
            discussion: """
                Reads what `serve` would read: every value, the data directory, secrets and certificates. Changes \
                nothing and opens no database; that is checked by: ostiary check
                """
        )

        @OptionGroup var output: JSONOption
        @OptionGroup(visibility: .hidden) var server: ServerOptions
        @OptionGroup(visibility: .hidden) var options: ConfigurationOptions

        func run() async throws {
            try await reportingFailures {
                let reading = options.reading(server.values)
                let errors = Self.errors(of: reading)
                if output.json {
                    try Terminal.document { json in
                        json.beginObject()
                        json.member("valid", errors.isEmpty)
                        json.member("errors", errors)
                        json.member("warnings", reading.warnings)
                        json.endObject()
                    }
                    if !errors.isEmpty { throw ExitCode(ConfigurationError.exitCode) }
                    return
                }
                for warning in reading.warnings { Terminal.complain("Warning: \(warning)") }
                guard errors.isEmpty else { throw ConfigurationError(errors) }
                try Terminal.print("The configuration is valid.")
            }
        }

        private static func errors(of reading: ConfigurationReading) -> [String] {
            do throws(ConfigurationError) {
                return try ServerConfiguration(reading).faultsOfFiles()
            } catch {
                return error.problems
            }
        }
    }

    struct Sample: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "sample", abstract: "Print a configuration file with every key explained and none set.",
            discussion: "ostiary config sample > ostiary.json; ostiary serve --config ostiary.json"
        )

        func run() async throws {
            try await reportingFailures { try Terminal.print(ConfigurationSample.text) }
        }
    }
}

extension ConfigurationSource {
    fileprivate func text(_ key: ConfigurationKey) -> String {
        switch self {
        case .flag: "flag \(key.flag)"
        case .variable(let name): "variable \(name)"
        case .variableFile(let name, let path): "file \(path) (\(name))"
        case .file(let path): "file \(path)"
        case .default: "default"
        }
    }
}

extension JSONWriter {
    fileprivate mutating func rows(_ rows: [ConfigurationReading.Row]) {
        beginArray()
        for row in rows {
            beginObject()
            member("name", row.key.name)
            member("value", row.value)
            switch row.source {
            case .flag: member("source", "flag")
            case .variable(let name):
                member("source", "variable")
                member("variable", name)
            case .variableFile(let name, let path):
                member("source", "file")
                member("variable", name)
                member("path", path)
            case .file(let path):
                member("source", "file")
                member("path", path)
            case .default: member("source", "default")
            }
            endObject()
        }
        endArray()
    }
}
