// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import OstiaryCore

/// The part of a list that a command shows.
struct PageOptions: ParsableArguments {
    @Option(name: .long, help: "Go on where a list of the same filters and order ended: the text that it printed.")
    var cursor: String?

    @Option(name: .long, help: "The maximum number of rows, 1…10000.")
    var limit = 100

    func validate() throws {
        guard (1...10_000).contains(limit) else { throw ValidationError("--limit must be in 1…10000.") }
    }

    static let misplaced = ValidationError("--cursor must be the text that a list of this kind and order printed.")

    /// Reads pages until there are enough rows. A page may end early, since a store looks at a bounded number of rows.
    /// - Parameter read: reads a page of at most so many rows, behind the cursor if there is one.
    func fill<Element>(
        _ read: (Int, PageCursor?) async throws -> ListPage<Element>
    ) async throws -> ListPage<Element> {
        var rows: [Element] = []
        var cursor: PageCursor?
        repeat {
            try Task.checkCancellation()
            let page = try await read(limit - rows.count, cursor)
            rows += page.items
            cursor = page.next
        } while cursor != nil && rows.count < limit
        return ListPage(items: rows, next: cursor)
    }
}

extension ListPage {
    /// Tells on standard error how the list goes on, if it does: standard output holds rows only.
    func tellMore() {
        if let next { Terminal.complain("More: the same command with --cursor \(next.text)") }
    }
}

/// The words of a table for a boolean.
func yes(_ flag: Bool) -> String { flag ? "yes" : "no" }
