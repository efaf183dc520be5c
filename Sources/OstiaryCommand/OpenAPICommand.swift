// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Glibc
import OstiaryCore
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

    enum Bodies: String, ExpressibleByArgument, CaseIterable {
        case all, json
    }

    @Option(name: .long, help: "The media types of request bodies: all, or json for generators that need a single one.")
    var bodies = Bodies.all

    @Option(name: .shortAndLong, help: "The file to write; the default is standard output.")
    var output: String?

    func run() async throws {
        try await reportingFailures {
            let document = API.openAPI(
                isYAML: format == .yaml, hasJSONBodiesOnly: bodies == .json, features: OstiaryCommand.features)
            let text = String(decoding: document, as: UTF8.self)
            let lines = text.utf8.last == UInt8(ascii: "\n") ? text : text + "\n"
            guard let output else { return try Terminal.write(lines) }
            let descriptor = open(output, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
            guard descriptor >= 0 else {
                throw Failure(
                    text: "The file \(output.printable) cannot be written: \(String(cString: strerror(errno))).",
                    exitCode: 73)
            }
            let error = Terminal.send(lines, to: descriptor)
            // Some file systems tell of a full disk at the end only.
            guard close(descriptor) == 0, error == 0 else {
                throw Failure.output("The file \(output.printable)", error == 0 ? errno : error)
            }
        }
    }
}
