// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport
import Testing

extension EndToEnd {
    /// The transcripts of the page of commands, as they are written there.
    @Suite struct CommandPage {
        @Test("each command prints what the page says")
        func transcripts() throws {
            let page = try Page("docs/features/commands.md")
            let server = try ServerProcess()
            let reader = try Reader(port: server.port)
            let blocks = page.blocks("console")
            #expect(blocks.count == 3)
            try reader.follow(blocks, after: ["export OSTIARY_DATA_DIR='\(server.dataDirectory)'"])
        }
    }
}
