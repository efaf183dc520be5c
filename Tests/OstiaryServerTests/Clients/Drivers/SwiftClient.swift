// SPDX-License-Identifier: Apache-2.0

// Made from Sources/OstiaryClient/OstiaryClient.docc/Client.md by ApplicationGuideTests with OSTIARY_WRITE_TABLES=1.
import FoundationEssentials
import OstiaryClient

func swiftClient(_ server: String) async throws {
    let client = try OstiaryClient(server, storage: .file("session"))
    _ = try await client.register(email: "first@example.com", password: "securepassword")
    try await client.login(email: "first@example.com", password: "securepassword")
    print(try await client.me().email)  // first@example.com

    let answer = try await client.send(.get("/api/me/"))
    print(answer.status)  // 200

    struct Profile: Decodable {
        let email: String
    }
    let profile = try answer.decode(Profile.self)
    print(profile.email)  // first@example.com

    let change = try OstiaryClient.Request.put("/api/me/", json: ["username": "first"])
    print(try await client.send(change).text)  // {"id":1,"username":"first","email":"first@example.com"}

    do {
        try await client.login(email: "first@example.com", password: "wrong one")
    } catch ClientError.refused(let refusal) where refusal.code == .invalidCredentials {
        print(refusal.status)  // 401
    }

    do {
        _ = try await client.register(email: "first@example", password: "securepassword")
    } catch ClientError.refused(let refusal) {
        for field in refusal.fields {
            print(field.name, field.code)  // email invalid
        }
    }

    let missing = try await client.send(.get("/api/nothing/"))
    print(missing.refusal?.code == .notFound)  // true

    let changes = client.changes
    try await client.logout()
    for await change in changes {
        print(change == .signedOut(.loggedOut))  // true
        break
    }

    struct Keychain: SessionStorage {
        let load: @Sendable () throws -> Data?
        let save: @Sendable (Data?) throws -> Void
        let turns = MemoryStorage()

        func read() throws -> StoredSession? {
            try load().map { try JSONDecoder().decode(StoredSession.self, from: $0) }
        }

        func write(_ session: StoredSession?) throws { try save(session.map { try JSONEncoder().encode($0) }) }

        func alone<Value: Sendable>(
            atMost limit: Duration, _ body: @Sendable () async throws -> Value
        ) async throws -> Value { try await turns.alone(atMost: limit, body) }
    }
}
