// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import OstiaryWeb

@Suite("Addresses of lists")
struct ListQueryTests {
    private let names = ["search", "active", "order"]

    @Test("empty and unknown parameters of a form are left out, and all others are sent as they are")
    func reading() {
        let query = ListQuery("/admin/users/?order=-id&search=a%26b+c&active=&x=1&cursor=WzFd", names: names)
        #expect(query["search"] == "a&b c" && query["active"].isEmpty && query.cursor == "WzFd")
        #expect(query.forAPI == "search=a%26b%20c&order=-id&cursor=WzFd")
        #expect(query.matching == "search=a%26b%20c")
        #expect(query.text(at: "next") == "search=a%26b%20c&order=-id&cursor=next")
        #expect(!query.isEmpty() && ListQuery("/?order=id", names: names).isEmpty())
    }

    @Test("another order begins at the first page")
    func ordering() {
        let query = ListQuery("/?search=a&order=id&cursor=x", names: names).setting("order", to: "-id")
        #expect(query.text(at: query.cursor) == "search=a&order=-id")
        #expect("/admin/".asking("") == "/admin/" && "/admin/".asking("a=1") == "/admin/?a=1")
    }

    @Test("whatever the query holds, the list's own address stays one address")
    func hostile() {
        let query = ListQuery("/?search=%22%3E%3Cb%3E%0d%0a%23&cursor=a%26order%3Dx", names: names)
        #expect(query.forAPI == "search=%22%3E%3Cb%3E%0D%0A%23&cursor=a%26order%3Dx")
    }
}
