// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import Testing

@Suite("Cursors of lists")
struct PageCursorTests {
    private func encoded(_ json: String) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
        let bits = json.utf8.flatMap { byte in (0..<8).map { byte >> (7 - $0) & 1 } }
        return String(
            stride(from: 0, to: bits.count, by: 6).map { start in
                let digit = bits[start..<min(start + 6, bits.count)]
                return alphabet[digit.reduce(0) { $0 << 1 | Int($1) } << (6 - digit.count)]
            })
    }

    private func isCursor(_ text: String, of query: UserQuery) -> Bool {
        var query = query
        let isResumed = query.resume(at: text)
        #expect(isResumed == (query.cursor != nil))
        return isResumed
    }

    private func query(_ order: UserQuery.Order?) -> UserQuery { UserQuery(order: order) }

    @Test(
        "a cursor is read back in its order alone",
        arguments: [
            (UserQuery.Order.id, UserQuery.Position.id(7)), (.idDescending, .id(.min)),
            (.email, .email(key: "a\"ü\u{1}@b")),
            (.emailDescending, .email(key: String(repeating: "\u{1}", count: 254))), (.lastLogin, .lastLogin(nil, 9)),
            (.lastLoginDescending, .lastLogin(Timestamp(microseconds: 1_700_000_000_000_001), .max)),
        ])
    func roundTrip(order: UserQuery.Order, position: UserQuery.Position) {
        let text = query(order).cursor(behind: position).text
        #expect(text.utf8.count <= PageCursor.maximumLength)
        for other in UserQuery.Order.allCases {
            var query = query(other)
            let isResumed = query.resume(at: text)
            #expect(isResumed == (other == order))
            #expect(query.position == (other == order ? position : nil))
        }
        var sessions = SessionQuery()
        var audit = AuditQuery()
        let isAnother = sessions.resume(at: text) || audit.resume(at: text)
        #expect(!isAnother)
    }

    @Test("cursors of sessions and entries are read back")
    func others() {
        var sessions = SessionQuery()
        let position = SessionQuery.Position(
            startedAt: Timestamp(seconds: 5), id: SessionID(bytes: Array(0..<16)) ?? SessionID(bits: 0))
        let areResumed = sessions.resume(at: sessions.cursor(behind: position).text)
        #expect(areResumed && sessions.position == position)
        var audit = AuditQuery()
        let isResumed = audit.resume(at: AuditQuery.cursor(behind: 12).text)
        #expect(isResumed && audit.before == 12)
    }

    @Test(
        "a cursor that is cut or longer is refused",
        arguments: [
            #"["users","id",7]"#, #"["users","id",-9223372036854775808]"#,
        ])
    func accepted(json: String) {
        #expect(isCursor(encoded(json), of: query(.id)))
        let text = encoded(json)
        for end in 0..<text.count {
            #expect(!isCursor(String(text.prefix(end)), of: query(.id)), "cut after \(end)")
        }
        for more in ["=", "A", "AA", " ", "\u{0}", "%00", "ä"] {
            #expect(!isCursor(text + more, of: query(.id)))
        }
    }

    @Test(
        "a text of another form is refused",
        arguments: [
            "", "null", "7", "{}", "[]", #"["users"]"#, #"["users","id"]"#, #"["users","id",null]"#,
            #"["users","id","7"]"#, #"["users","id",7.0]"#, #"["users","id",7,7]"#, #"["users","id",1e3]"#,
            #"["users","id",9223372036854775808]"#, #"["users","id", 7]"#, #"[ "users","id",7]"#,
            #"["users","id",[7]]"#,
            #"["users","-id",7]"#, #"["sessions","id",7]"#, #"["users","email","YQ"]"#, #"["users","id",true]"#,
            #"["users","id",{"a":7}]"#, #"[7,"id",7]"#, #"["users",null,7]"#, #"["\u0075sers","id",7]"#,
        ])
    func refused(json: String) {
        for text in [encoded(json), json] {
            #expect(!isCursor(text, of: query(.id)))
        }
    }

    @Test("keys of another kind are refused")
    func kinds() {
        for (order, json) in [
            (UserQuery.Order.email, #"["users","email",7]"#), (.email, #"["users","email","AA"]"#),
            (.email, #"["users","email","_w"]"#), (.email, #"["users","email","YR"]"#),
            (.lastLogin, #"["users","last_login",7]"#), (.lastLogin, #"["users","last_login",7,null]"#),
            (.lastLogin, #"["users","last_login","YQ",7]"#),
            (.lastLogin, #"["users","last_login",9223372036854775807,7]"#),
            (.lastLogin, #"["users","last_login",-9223372036854775808,7]"#),
        ] {
            #expect(!isCursor(encoded(json), of: query(order)), "\(json)")
        }
        for json in [#"["sessions","-started_at",7,"AA"]"#, #"["sessions","-started_at","AA",7]"#] {
            var query = SessionQuery()
            let isResumed = query.resume(at: encoded(json))
            #expect(!isResumed)
        }
    }

    @Test("a long text is refused unread")
    func long() {
        for text in [String(repeating: "W", count: 10_240), encoded("[" + String(repeating: "[", count: 700))] {
            #expect(!isCursor(text, of: query(.id)))
        }
    }

    @Test("without an order, the filters give one")
    func orders() {
        #expect(UserQuery().effectiveOrder == .id)
        #expect(UserQuery(search: .init("7")).effectiveOrder == .id)
        #expect(UserQuery(search: .init("a")).effectiveOrder == .email)
        #expect(UserQuery(lastLoginBefore: Timestamp(seconds: 1)).effectiveOrder == .lastLogin)
        #expect(UserQuery(search: .init("a"), order: .idDescending).effectiveOrder == .idDescending)
    }

    @Test(
        "the range of a prefix ends behind every text that begins with it",
        arguments: [
            ("a", "b"), ("az", "a{"), ("A@", "aA"), ("a\u{7F}", "b"), ("a\u{7F}\u{7F}", "b"), ("~", "\u{7F}"),
        ])
    func prefixes(text: String, end: String) {
        #expect(UserQuery.EmailPrefix(text)?.end == end)
        #expect(UserQuery.EmailPrefix(text)?.text == EmailAddress.key(of: text))
    }
}
