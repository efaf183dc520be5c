// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport
import Testing

extension EndToEnd {
    /// The transcripts of pages about commands, as they are written there.
    @Suite struct CommandPage {
        @Test("clients ask and revoke as their page says")
        func clients() throws {
            let api = try Page("docs/api.md")
            let server = try ServerProcess()
            let registration = try Transcript(#require(api.blocks("console", under: "POST /api/register/").first))
            let login = try api.blocks("sh", under: "Examples")
            let blocks = try Page("docs/features/clients.md").blocks("console")
            #expect(blocks.count == 1)
            try Reader(port: server.port).follow(
                blocks,
                after: ["export OSTIARY_DATA_DIR='\(server.dataDirectory)'"] + registration.steps.map(\.command) + login
            )
        }

        @Test("each command prints what the page says", arguments: [("commands", 3), ("import", 2)])
        func transcripts(_ name: String, _ count: Int) throws {
            let page = try Page("docs/features/\(name).md")
            let server = try ServerProcess()
            let reader = try Reader(port: server.port)
            let blocks = page.blocks("console")
            #expect(blocks.count == count)
            try reader.follow(blocks, after: ["export OSTIARY_DATA_DIR='\(server.dataDirectory)'"])
        }
    }
}
