// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import OstiaryTestKit
import Testing

@testable import OstiaryCore
@testable import OstiaryHTTP

@Suite("Endpoint of the audit log")
struct AuditControllerTests {
    private static let path = "/api/admin/audit/"

    private let staff: StaffAPI

    init() async throws {
        staff = try await StaffAPI([.viewAudit]) { AuditController(audit: $0).endpoints }
    }

    private func add(_ entry: AuditEntry) async throws { _ = try await staff.storage.add([entry], in: .test()) }

    private func context(_ address: String, by actor: RequestContext.Actor = .client) -> RequestContext {
        .test(at: Timestamp(seconds: 0), origin: ClientOrigin(address: IPAddress(address)), by: actor)
    }

    @Test("an entry is told with all of its fields, the newest first")
    func listed() async throws {
        try await add(
            AuditEntry(
                .rightsChanged, of: 7, session: SessionID(bits: 1), cause: "cause", object: "group:1",
                changes: [
                    AuditChange("is_staff", from: "false", to: "true"), AuditChange("email", from: nil, to: "<b>"),
                ],
                count: 3, in: context("2001:db8::7", by: .operator("ada"))))
        try await add(AuditEntry(.cleanedUp, in: RequestContext(actor: .system, now: Timestamp(seconds: 1))))
        let answer = try await staff.ask(.get, Self.path)
        #expect(answer.status == 200)
        let newest =
            #","at":"1970-01-01T00:00:01Z","event":"cleaned_up","actor":"system","user":null,"session":null,"#
            + #""network":null,"request":null,"cause":null,"object":null,"changes":{},"count":1},{"id":"#
        #expect(answer.body.contains(newest), "\(answer.body)")
        let full =
            #","at":"1970-01-01T00:00:00Z","event":"rights_changed","actor":"operator:ada","user":7,"#
            + #""session":"00000000-0000-0000-0000-000000000001","network":"2001:db8::/64","request":"request-1","#
            + #""cause":"cause","object":"group:1","#
            + #""changes":{"email":[null,"<b>"],"is_staff":["false","true"]},"count":3}"#
        #expect(answer.body.contains(full), "\(answer.body)")
        #expect(answer.body.hasPrefix(#"{"results":[{"id":"#))
        #expect(answer.body.hasSuffix(#"],"next":null,"cut_short":false}"#))
    }

    @Test("each filter selects its entries alone")
    func filters() async throws {
        try await add(AuditEntry(.loggedOut, of: 7, session: SessionID(bits: 1), in: context("192.0.2.1")))
        try await add(AuditEntry(.loggedOut, of: 8, in: context("2001:db8::7", by: .anotherProgram)))
        try await add(AuditEntry(.setupLinkMade, in: RequestContext(actor: .system, now: Timestamp.now())))
        for (query, count) in [
            ("user=7", 1), ("user=99", 0), ("actor=another%20program", 1), ("actor=system", 1),
            ("actor=user:99", 0), ("actor=operator:%C3%84da%20B", 0),
            ("event=logged_out", 2), ("event=key_forgotten", 0), ("address=2001:db8::99", 1),
            ("address=2001:db8::/64", 1), ("address=2001:db8:0:1::7", 0),
            ("address=192.0.2.1%2F32&until=1970-01-02", 1),
            ("session=00000000-0000-0000-0000-000000000001", 1), ("until=1970-01-02", 2),
            ("since=2020-01-01&event=setup_link_made", 1), ("since=2020-01-01&event=logged_out", 0),
        ] {
            let answer = try await staff.ask(.get, Self.path + "?" + query)
            #expect(answer.status == 200)
            #expect(answer.body.split(separator: #""count":"#).count == count + 1, "\(query) \(answer.body)")
        }
    }

    @Test(
        "wrong filters are refused by name",
        arguments: [
            ("user=", "user"), ("user=ada", "user"), ("actor=", "actor"), ("actor=ada", "actor"),
            ("actor=user:ada", "actor"), ("actor=operator:", "actor"), ("actor=Client", "actor"), ("event=", "event"),
            ("event=logged_it", "event"), ("event=logged_in&event=logged_in", "event"), ("address=", "address"),
            ("address=192.0.2.0/24", "address"), ("address=localhost", "address"), ("session=", "session"),
            ("session=1", "session"), ("since=yesterday", "since"), ("until=", "until"), ("cursor=", "cursor"),
            ("cursor=x", "cursor"), ("cursor=WyJ1c2VycyIsImlkIiw1MF0", "cursor"),
        ])
    func wrongFilter(query: String, name: String) async throws {
        let answer = try await staff.ask(.get, Self.path + "?" + query)
        #expect(answer.status == 400 && answer.body.hasPrefix("{\"\(name)\":["), "\(answer)")
    }

    @Test("pages follow each other without a gap")
    func pages() async throws {
        for number in 1...60 {
            try await add(AuditEntry(.cleanedUp, object: "number-\(number)-", in: context("192.0.2.1")))
        }
        let first = try await staff.ask(.get, Self.path + "?event=cleaned_up")
        #expect(first.body.contains("number-60-") && first.body.contains("number-11-"))
        #expect(!first.body.contains("number-10-"))
        let next = try #require(first.body.firstMatch(of: #/"next":"([A-Za-z0-9_-]+)"/#)?.output.1)
        let second = try await staff.ask(.get, Self.path + "?event=cleaned_up&cursor=\(next)")
        #expect(second.body.contains("number-10-") && second.body.contains("number-1-"))
        #expect(!second.body.contains("number-11-") && second.body.contains(#""next":null"#))
    }
}
