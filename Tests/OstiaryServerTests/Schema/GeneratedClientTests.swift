// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport
import Testing

extension EndToEnd {
    /// Clients that generators make of the description, by the commands of its page.
    @Suite struct SchemaGeneratedClients {
        @Test(
            "a generated client does the whole flow",
            arguments: ["openapi-python-client", "datamodel-code-generator"])
        func flow(generator: String) throws {
            let port = try SharedServers.ordinary().port
            let directory = try TemporaryDirectory()
            let commands = try Page("docs/features/schema.md").blocks("sh", under: generator)
            #expect(!commands.isEmpty)
            for command in commands {
                let result = try SchemaTool.shell(command, at: port, in: directory)
                let said = result.stdout + result.stderr
                #expect(result.exit == .code(0) && !said.lowercased().contains("warning"), "\(said.suffix(2_000))")
            }
            let driver = generator.replacing("-", with: "_") + "_flow"
            #expect(try SchemaTool.run(driver, at: port, [directory.path]) == "done\n")
        }
    }
}
