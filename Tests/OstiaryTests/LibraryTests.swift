// SPDX-License-Identifier: Apache-2.0

import Ostiary
import OstiaryTesting
import Testing

/// The library without HTTP, and its test instance.
@Suite struct LibraryTests {
    @Test("two instances live in one process")
    func two() async throws {
        let (one, other) = (try await TestOstiary(), try await TestOstiary())
        let user = try await one.user("ada@example.com")
        let access = try await one.loginAs(user).accessToken
        let identity = try await one.ostiary.services.identity.identity(bearer: access, in: one.ostiary.context())
        #expect(identity.user.id == user.id)
        await #expect(throws: AccessTokenError.malformed) {
            _ = try await other.ostiary.services.identity.identity(bearer: access, in: other.ostiary.context())
        }
        await one.end()
        _ = try await other.user("ada@example.com")
        await other.end()
    }

    @Test("an access token expires by the clock of the test")
    func clock() async throws {
        let test = try await TestOstiary()
        let access = try await test.loginAs(try await test.user("ada@example.com")).accessToken
        let identities = test.ostiary.services.identity
        _ = try await identities.identity(bearer: access, in: test.ostiary.context())
        test.clock.advance(seconds: 108_001)
        await #expect(throws: AccessTokenError.expired) {
            _ = try await identities.identity(bearer: access, in: test.ostiary.context())
        }
        await test.end()
    }

    @Test("mail is caught, and its link works")
    func mail() async throws {
        let test = try await TestOstiary()
        _ = try await test.user("ada@example.com", password: "a long enough phrase")
        let mail = try #require(test.ostiary.services.mail)
        let address = try #require(EmailAddress("ada@example.com"))
        try await mail.recovery.request(for: address, in: test.ostiary.context(by: .client))
        let message = try await test.mail.newest(.reset, to: "ada@example.com")
        let link = try #require(message.link)
        let token = String(link.split(separator: "=").last ?? "")
        let outcome = try await mail.recovery.reset(
            with: OneTimeToken(token), to: "another long phrase", in: test.ostiary.context(by: .client))
        #expect(outcome == .reset)
        await test.end()
    }

    @Test("a secret is made with the database, and a lost one is not made anew")
    func secret() async throws {
        let folder = try Folder()
        defer { folder.delete() }
        let (database, secret) = (
            Ostiary.Database.sqlite(folder.file("app.db")), Ostiary.Secret.file(folder.file("key"))
        )
        try await Ostiary(database, secret: secret, options: .quiet).close()
        try await Ostiary(database, secret: secret, options: .quiet).close()
        folder.remove("key")
        let error = await #expect(throws: StartError.self) {
            _ = try await Ostiary(database, secret: secret, options: .quiet)
        }
        #expect(error?.description.contains("There is no secret at") == true)
        #expect(!folder.contains("key"))
        let other = await #expect(throws: StartError.self) {
            _ = try await Ostiary(database, secret: .text(String(repeating: "k", count: 32)), options: .quiet)
        }
        #expect(other?.exitCode == 78)
    }

    @Test("wrong options are all told at once")
    func options() async throws {
        var options = Ostiary.Options.quiet
        options.publicURL = "nonsense"
        options.hashingThreads = 0
        options.pinnedSettings = ["SESSIONS_PER_USER": "many"]
        let (database, secret) = (Ostiary.Database.sqlite("/nonexistent/app.db"), String(repeating: "k", count: 32))
        let wrong = options
        let error = await #expect(throws: ConfigurationError.self) {
            _ = try await Ostiary(database, secret: .text(secret), options: wrong)
        }
        let text = error?.description ?? ""
        for word in ["public-url", "hash-threads", "SESSIONS_PER_USER"] { #expect(text.contains(word), "\(text)") }
    }
}
