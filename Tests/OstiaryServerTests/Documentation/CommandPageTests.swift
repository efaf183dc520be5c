// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport
import Testing

extension EndToEnd {
    /// The transcripts of pages about commands, as they are written there.
    @Suite struct CommandPage {
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
