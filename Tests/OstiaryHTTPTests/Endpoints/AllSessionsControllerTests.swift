// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import OstiaryTestKit
import Testing

@testable import OstiaryCore
@testable import OstiaryHTTP

@Suite("Endpoints of all sessions")
struct AllSessionsControllerTests {
    private static let path = "/api/admin/sessions/"

    private let staff: StaffAPI

    init() async throws {
        staff = try await StaffAPI([.viewSession, .deleteSession]) { storage in
            let passwords = Passwords(
                hasher: PasswordHasher(parameters: Argon2Parameters(memoryKiB: 8, passes: 1)), threads: 1)
            return AllSessionsController(
                sessions: SessionService(sessions: storage),
                accounts: AccountService(accounts: storage, passwordStore: storage, passwords: passwords)
            ).endpoints
        }
    }

    private func sessions(of user: User.ID) async throws -> [SessionID] {
        try await staff.storage.list(of: user, after: nil, limit: 100, in: .test()).map(\.id)
    }

    @Test("the list tells user, times, origin and browser, with hostile texts as texts")
    func listed() async throws {
        let agent = #"<script>alert("1")</script>"# + "\u{202E}"
        let user = try await staff.addUser("second@example.com", userAgents: [agent, "curl/8.5.0"])
        let answer = try await staff.ask(.get, Self.path + "?user=\(user)")
        #expect(answer.status == 200)
        #expect(answer.body.hasPrefix(#"{"results":[{"id":""#), "\(answer.body)")
        #expect(answer.body.contains(#""user":{"id":2,"email":"second@example.com"},"started_at":"20"#))
        #expect(
            answer.body.contains(
                #""address":null,"user_agent":"curl/8.5.0","browser":"curl","amr":["pwd"]}"#), "\(answer.body)")
        #expect(answer.body.contains(#"","browser":"Unknown","amr":["pwd"]}"#), "\(answer.body)")
        #expect(answer.body.hasSuffix(#"],"next":null,"cut_short":false}"#))
        #expect(try await staff.ask(.get, Self.path).body.split(separator: #""amr""#).count == 4)
        #expect(try await staff.ask(.get, Self.path + "?started_after=2100-01-01").body.hasPrefix(#"{"results":[],"#))
        #expect(try await staff.ask(.get, Self.path + "?user=3&address=::1").body.hasPrefix(#"{"results":[],"#))
    }

    @Test(
        "wrong filters are refused by name",
        arguments: [
            ("user=", "user"), ("user=x", "user"), ("user=1&user=2", "user"), ("address=", "address"),
            ("address=192.0.2.1/32", "address"), ("address=localhost", "address"), ("address=%00", "address"),
            ("started_before=soon", "started_before"), ("started_after=", "started_after"), ("cursor=", "cursor"),
            ("cursor=x", "cursor"), ("cursor=WyJ1c2VycyIsImlkIiw1MF0", "cursor"),
            ("cursor=\(String(repeating: "A", count: 10_000))", "cursor"),
        ])
    func wrongFilter(query: String, name: String) async throws {
        let answer = try await staff.ask(.get, Self.path + "?" + query)
        #expect(answer.status == 400 && answer.body.hasPrefix("{\"\(name)\":["), "\(answer)")
    }

    @Test("the second page goes on where the first one ends")
    func pages() async throws {
        let user = try await staff.addUser(
            "second@example.com", userAgents: (1...52).map { "agent-\($0)" })
        let first = try await staff.ask(.get, Self.path + "?user=\(user)")
        let next = try #require(first.body.firstMatch(of: #/"next":"([A-Za-z0-9_-]+)"/#)?.output.1)
        #expect(first.body.contains(#""user_agent":"agent-52""#) && !first.body.contains(#""user_agent":"agent-2""#))
        let second = try await staff.ask(.get, Self.path + "?user=\(user)&cursor=\(next)")
        #expect(second.body.contains(#""user_agent":"agent-2""#) && second.body.contains(#""user_agent":"agent-1""#))
        #expect(second.body.split(separator: #""amr""#).count == 3 && second.body.contains(#""next":null"#))
    }

    @Test("one session is ended once; unknown ones and those of users with more rights are not")
    func ended() async throws {
        let user = try await staff.addUser("second@example.com", userAgents: ["curl", "wget"])
        let root = try await staff.addUser("root@example.com", isSuperuser: true, userAgents: ["curl"])
        let (ids, kept) = (try await sessions(of: user), try await sessions(of: root))
        #expect(try await staff.ask(.delete, Self.path + "\(ids[0])/").status == 204)
        #expect(try await staff.ask(.delete, Self.path + "\(ids[0])/").status == 404)
        #expect(try await sessions(of: user) == [ids[1]])
        let refused = try await staff.ask(.delete, Self.path + "\(kept[0])/")
        #expect(refused.status == 403 && refused.body.contains("rights that you do not have"), "\(refused)")
        #expect(try await sessions(of: root) == kept)
        for id in ["c1f3a9d0-52b4-8e76-31ab-60d9f7e2845c", "1", "%00", "c1f3"] {
            #expect(try await staff.ask(.delete, Self.path + "\(id)/").status == 404, "\(id)")
        }
    }

    @Test("several are ended, or all of a user, with numbers of those that were not")
    func acted() async throws {
        let user = try await staff.addUser("second@example.com", userAgents: ["curl", "wget", "links"])
        let root = try await staff.addUser("root@example.com", isSuperuser: true, userAgents: ["curl"])
        let (ids, kept) = (try await sessions(of: user), try await sessions(of: root))
        func act(_ rest: String) async throws -> TestAPI.Answer {
            try await staff.ask(.post, Self.path + "actions/", json: #"{"action":"end",\#(rest)}"#)
        }
        let unknown = "c1f3a9d0-52b4-8e76-31ab-60d9f7e2845c"
        let answer = try await act(#""ids":["\#(ids[0])","\#(unknown)","\#(kept[0])","\#(ids[0])"]"#)
        #expect(answer.status == 200 && answer.body == #"{"done":1,"refused":1,"not_found":1}"#)
        #expect(try await act(#""user":\#(user)"#).body == #"{"done":1,"refused":0,"not_found":0}"#)
        #expect(try await sessions(of: user).isEmpty)
        #expect(try await act(#""user":\#(root)"#).body == #"{"done":0,"refused":1,"not_found":0}"#)
        #expect(try await act(#""user":99"#).body == #"{"done":0,"refused":0,"not_found":1}"#)
        #expect(try await act(#""ids":[]"#).body == #"{"done":0,"refused":0,"not_found":0}"#)
        #expect(try await sessions(of: root) == kept)
    }

    @Test(
        "wrong bodies are refused by name",
        arguments: [
            (#"{}"#, "action"), (#"{"action":"delete","user":1}"#, "action"), (#"{"action":"end"}"#, "ids"),
            (#"{"action":"end","user":1,"ids":[]}"#, "ids"), (#"{"action":"end","user":0}"#, "user"),
            (#"{"action":"end","ids":["x"]}"#, "ids"), (#"{"action":"end","ids":"x"}"#, "ids"),
            (#"{"action":"end","ids":[1]}"#, "ids"), (#"{"action":"end","user":null}"#, "user"),
            ("{\"action\":\"end\",\"ids\":[\(Array(repeating: "\"x\"", count: 501).joined(separator: ","))]}", "ids"),
        ])
    func wrongBody(json: String, name: String) async throws {
        let answer = try await staff.ask(.post, Self.path + "actions/", json: json)
        #expect(answer.status == 400 && answer.body.hasPrefix("{\"\(name)\":["), "\(answer)")
    }
}
