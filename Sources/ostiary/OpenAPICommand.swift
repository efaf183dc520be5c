// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import FoundationEssentials
import OstiaryServer

struct OpenAPICommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "openapi", abstract: "Print the description of the API (OpenAPI 3.1).",
        discussion: "A running server has the description at /api/schema/."
    )

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case yaml, json
    }

    @Option(name: .long, help: "The format: yaml or json.")
    var format = Format.yaml

    @Option(name: .shortAndLong, help: "The file to write; the default is standard output.")
    var output: String?

    func run() async throws {
        try await reportingFailures {
            var text = API.openAPI(isYAML: format == .yaml, features: Ostiary.features)
            if text.last != UInt8(ascii: "\n") { text.append(UInt8(ascii: "\n")) }
            guard let output else { return print(String(decoding: text, as: UTF8.self), terminator: "") }
            do {
                try Data(text).write(to: URL(filePath: output), options: .atomic)
            } catch {
                throw Failure(text: "The file \(output) cannot be written.")
            }
        }
    }
}
