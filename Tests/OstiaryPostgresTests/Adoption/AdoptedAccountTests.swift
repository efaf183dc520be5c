// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import OstiaryPostgres
import OstiarySQL
import OstiaryTestKit
import OstiaryTestSupport
import Testing

/// Accounts in the table of a Django service, on both engines.
@Suite("Accounts of Django", .serialized, .onItsOwnThread)
struct AdoptedAccountTests {
    private typealias Engine = DjangoSchema.Engine

    private func login(_ text: String) throws -> EmailAddress { try #require(EmailAddress(ofAnyAccount: text)) }

    private func found(_ text: String, in storage: AdoptedStorage) async throws -> String? {
        try await storage.stores.accounts.credential(email: login(text))?.user.email
    }

    private func create(_ email: String, in storage: AdoptedStorage) async throws -> AccountCreation {
        try await storage.stores.accounts.create(
            NewUser(email: try #require(EmailAddress(email)), encodedPassword: "encoded"))
    }

    // MARK: - Looking up

    @Test("the exact text comes first, then one account in another case, and of two only the exact one")
    func lookup() async throws {
        try await onBothEngines { storage in
            for email in ["Root@example.com", "root@example.com", "Only@Example.com", "user@bücher.example", "root"] {
                try storage.add(email)
            }
            let expected: [(String, String?)] = [
                ("Root@example.com", "Root@example.com"), ("root@example.com", "root@example.com"),
                ("ROOT@example.com", nil), ("root@EXAMPLE.com", nil), ("Only@Example.com", "Only@Example.com"),
                ("only@example.com", "Only@Example.com"), ("ONLY@EXAMPLE.COM", "Only@Example.com"),
                ("user@bücher.example", "user@bücher.example"), ("user@BÜCHER.example", nil), ("root", "root"),
                ("nobody@example.com", nil), ("%", nil),
            ]
            for (text, email) in expected {
                #expect(try await found(text, in: storage) == email, "\(storage.engine): \(text)")
            }
        }
    }

    @Test("without the index SQLite finds the exact text alone, and PostgreSQL both")
    func noIndex() async throws {
        try await onBothEngines { storage in
            try storage.add("Only@example.com")
            try storage.script("DROP INDEX ostiary_user_email")
            #expect(try await found("Only@example.com", in: storage) == "Only@example.com")
            let other = try await found("only@example.com", in: storage)
            #expect(other == (storage.engine == .sqlite ? nil : "Only@example.com"))
            // What needs an address to be free looks at each row then.
            #expect(try await create("ONLY@example.com", in: storage) == .emailTaken)
            let condition = try await storage.adoptions.condition()
            #expect(condition.missingIndexes == ["ostiary_user_email"])
            try await storage.adoptions.build(condition.missingIndexes)
            #expect(try await found("only@example.com", in: storage) == "Only@example.com")
            #expect(try await storage.adoptions.condition() == AdoptedCondition())
        }
    }

    // MARK: - Registering

    @Test("an address that an account has in another case is taken, for a new account and for a change")
    func taken() async throws {
        try await onBothEngines { storage in
            try storage.add("Root@Example.com")
            try storage.add("other@example.com")
            let (root, other) = (
                try await storage.id(of: "Root@Example.com"), try await storage.id(of: "other@example.com")
            )
            for email in ["root@example.com", "ROOT@example.com", "Root@example.com"] {
                #expect(try await create(email, in: storage) == .emailTaken, "\(email)")
                let change = ProfileChange(email: EmailAddress(email), proof: .authority)
                #expect(
                    try await storage.stores.accounts.update(id: other, with: change, at: Timestamp.now())
                        == .emailTaken)
                guard
                    case .updated(let user, let renamed) = try await storage.stores.accounts.update(
                        id: root, with: change, at: Timestamp.now())
                else {
                    Issue.record("its own address in another case")
                    continue
                }
                #expect(user.email == email && !renamed)
            }
            #expect(try await storage.run("SELECT count(*) FROM auth_api_customuser") == [["2"]])
        }
    }

    @Test("sixteen registrations at once of spellings of one address make one account")
    func race() async throws {
        try await onBothEngines { storage in
            for round in 0..<(storage.engine == .sqlite ? 5 : 10) {
                let outcomes = try await withThrowingTaskGroup(of: AccountCreation.self) { group in
                    for number in 0..<16 {
                        let letters = "round\(round)person".enumerated().map { index, letter in
                            number >> (index % 4) & 1 == 1 ? letter.uppercased() : String(letter)
                        }
                        let email = letters.joined() + "@example.com"
                        group.addTask { try await self.create(email, in: storage) }
                    }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
                #expect(outcomes.count { $0 != .emailTaken } == 1, "\(storage.engine), round \(round)")
            }
            let rows = try await storage.run("SELECT count(*), count(DISTINCT lower(email)) FROM auth_api_customuser")
            #expect(rows[0][0] == rows[0][1])
        }
    }

    @Test(
        "further columns get their values: text, number, flag, the time of the registration", arguments: Engine.allCases
    )
    func furtherColumns(engine: DjangoSchema.Engine) async throws {
        let (time, flag) = engine == .sqlite ? ("datetime", "bool") : ("timestamp with time zone", "boolean")
        let storage = try await AdoptedStorage(
            engine,
            columns: """
                , "phone" varchar(20) NOT NULL, "Level" integer NOT NULL, "joined" \(time) NOT NULL,
                "news" \(flag) NOT NULL, "note" text NOT NULL
                """,
            defaults: ["phone=+49 'x'", "Level=3", "joined=now", "news=\(engine.yes)", "note="])
        defer { storage.close() }
        let now = Timestamp(seconds: 1_800_000_000)
        guard
            case .created(let user) = try await storage.stores.accounts.create(
                NewUser(email: #require(EmailAddress("new@example.com")), encodedPassword: "encoded"), at: now)
        else {
            Issue.record("not created")
            return
        }
        #expect(user.email == "new@example.com")
        let row = try await storage.run(
            """
            SELECT phone, "Level", note, joined = \(moment: now), news = \(true) FROM auth_api_customuser
            """)
        #expect(row.count == 1 && row[0][0...2] == ["+49 'x'", "3", ""], "\(row)")
        #expect(row[0][3...].allSatisfy { $0 == "1" }, "\(row)")
    }

    @Test("a column without a value is 503 with the remedy, and nothing is kept", arguments: Engine.allCases)
    func missingValue(engine: DjangoSchema.Engine) async throws {
        let storage = try await AdoptedStorage(engine, columns: ", \"phone\" varchar(20) NOT NULL")
        defer { storage.close() }
        var fault = ""
        do {
            _ = try await create("new@example.com", in: storage)
            Issue.record("created")
        } catch let error as StoreUnavailable { fault = String(reflecting: error) }
        #expect(fault.contains("ostiary adopt --check") && fault.contains("phone"), "\(fault)")
        for count in try await storage.run(
            "SELECT (SELECT count(*) FROM auth_api_customuser), (SELECT count(*) FROM ostiary_audit)")[0]
        {
            #expect(count == "0")
        }
    }

    @Test("a sequence of ids that is behind is 503 on PostgreSQL, and no taken address", arguments: [true, false])
    func sequence(isAdopted: Bool) async throws {
        let server = try PostgresServer.shared.get()
        let stores: Stores
        let close: () -> Void
        let insertion: String
        let place: String
        if isAdopted {
            let storage = try await AdoptedStorage(.postgres)
            (stores, close, place) = (storage.stores, { storage.close() }, storage.place)
            insertion = DjangoSchema.user("old@example.com", id: 1, on: .postgres)
        } else {
            place = try await server.migrated()
            let database = try server.open(place, .unhurried)
            (stores, close) = (Stores(database), { database.close() })
            insertion = DjangoSchema.user("old@example.com", id: 1, on: .postgres, into: "ostiary_user")
        }
        defer { close() }
        try server.query(insertion, in: place)
        let new = NewUser(email: try #require(EmailAddress("new@example.com")), encodedPassword: "encoded")
        await #expect(throws: StoreUnavailable.self) { try await stores.accounts.create(new) }
        let taken = NewUser(email: try #require(EmailAddress("OLD@example.com")), encodedPassword: "encoded")
        #expect(try await stores.accounts.create(taken) == .emailTaken)
        // Each attempt has used up a number.
        guard case .created(let user) = try await stores.accounts.create(new) else {
            Issue.record("still not created")
            return
        }
        #expect(user.id > 1)
    }

    // MARK: - Rows that only Django writes

    @Test("times of Django and others are read, and garbage is none")
    func lastLogin() async throws {
        let storage = try await AdoptedStorage(.sqlite)
        defer { storage.close() }
        let texts: [(String, Int64?)] = [
            ("2026-01-02 03:04:05.467103", 1_767_323_045_467_103), ("2026-01-02 03:04:05", 1_767_323_045_000_000),
            ("2026-01-02T03:04:05", 1_767_323_045_000_000), ("2026-01-02T03:04:05Z", 1_767_323_045_000_000),
            ("2026-01-02 03:04:05+00:00", 1_767_323_045_000_000),
            ("2026-01-02T03:04:05.123Z", 1_767_323_045_123_000), ("2026-01-02 03:04:05.123", 1_767_323_045_123_000),
            ("garbage", nil), ("", nil), ("2026-13-45 99:99:99", nil),
        ]
        for (number, (text, microseconds)) in texts.enumerated() {
            let email = "person\(number)@example.com"
            try storage.add(email)
            _ = try await storage.run("UPDATE auth_api_customuser SET last_login = \(text) WHERE email = \(email)")
            let user = try #require(try await storage.stores.accounts.user(id: storage.id(of: email)))
            #expect(user.lastLogin?.microseconds == microseconds, "\(text)")
            #expect(try await found(email, in: storage) == email)
        }
        #expect(try await storage.stores.accounts.list(after: 0, limit: 50).count == texts.count)
    }

    @Test("passwords that no login can have are read as they are")
    func passwords() async throws {
        try await onBothEngines { storage in
            for (number, password) in ["", "!", "!abc", "bcrypt$", String(repeating: "p", count: 128)].enumerated() {
                let email = "person\(number)@example.com"
                try storage.add(email, password: password)
                let record = try await storage.stores.accounts.credential(email: login(email))
                #expect(record?.encodedPassword == password)
            }
        }
    }

    @Test("ids of any size and keys of 32 bits", arguments: Engine.allCases)
    func ids(engine: DjangoSchema.Engine) async throws {
        let storage = try await AdoptedStorage(engine, tokens: .shared, hasShortKeys: true)
        defer { storage.close() }
        try storage.add("small@example.com", id: 2_147_483_600)
        let large = try await AdoptedStorage(engine, tokens: .shared)
        defer { large.close() }
        try large.add("large@example.com", id: 9_007_199_254_740_993)
        for (storage, id) in [(storage, Int64(2_147_483_600)), (large, 9_007_199_254_740_993)] {
            let user = try #require(try await storage.stores.accounts.user(id: id))
            #expect(user.id == id)
            let pair = try await storage.open(1, for: id)
            #expect(pair == .opened(OpenedSession()))
            #expect(try await storage.run("SELECT user_id FROM ostiary_session") == [["\(id)"]])
            #expect(try await storage.run("SELECT user_id FROM auth_api_refreshtoken") == [["\(id)"]])
            #expect(try await storage.stores.accounts.delete(id: id, in: .test(by: .operator("root"))))
            #expect(try await storage.run("SELECT count(*) FROM ostiary_session") == [["0"]])
        }
    }

    // MARK: - Names

    @Test(
        "a name with capitals, blanks or of a keyword stands in quotation marks",
        arguments: ["Shop_User", "shop user", "select", "user", "a;b--", "%", "x$1"])
    func names(name: String) async throws {
        for engine in DjangoSchema.Engine.allCases {
            let storage = try await AdoptedStorage(engine, tokens: .shared, users: name, changes: .trigger)
            defer { storage.close() }
            guard case .created(let user) = try await create("new@example.com", in: storage) else {
                Issue.record("\(engine): \(name)")
                continue
            }
            #expect(try await storage.open(1, for: user.id) == .opened(OpenedSession()))
            #expect(try await found("NEW@example.com", in: storage) == "new@example.com")
            #expect(try await storage.adoptions.condition() == AdoptedCondition(), "\(engine): \(name)")
            #expect(try await storage.adoptions.makeTrigger())
            #expect(try await storage.stores.accounts.delete(id: user.id, in: .test(by: .operator("root"))))
        }
    }

    @Test("names that no statement can have are refused")
    func refusedNames() {
        let long = String(repeating: "x", count: 64)
        for name in ["", "a\"b", "a'b", "a\0b", "a\nb", "täble", "таблица", long, "\u{7F}"] {
            #expect(QuotedName(name) == nil, "\(name)")
        }
        #expect(QuotedName(String(long.dropLast()))?.description == "\"\(long.dropLast())\"")
        for text in ["phone", "=x", "a\"b=x", "", "a=b\0"] { #expect(UserTable.FurtherColumn(text) == nil, "\(text)") }
        #expect(UserTable.FurtherColumn("a=now")?.value == .now)
        #expect(UserTable.FurtherColumn("a=NOW")?.value == .text("NOW"))
        #expect(UserTable.FurtherColumn("a=b=c")?.description == "a=b=c")
    }
}
