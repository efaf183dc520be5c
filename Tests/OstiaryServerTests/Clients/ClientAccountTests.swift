// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import OstiaryClient
import OstiaryTestSupport
import Testing

extension EndToEnd {
    /// The methods of the library for Swift, each asked of a real server.
    @Suite struct ClientAccounts {
        private let server: ServerProcess
        private let client: OstiaryClient
        private let email = freshEmail()
        private static let password = WireClient.password

        init() throws {
            server = try SharedServers.ordinary()
            client = try OstiaryClient("http://127.0.0.1:\(server.port)/", storage: .memory)
        }

        private func refusal(_ body: () async throws -> some Any) async -> ServerRefusal? {
            do {
                _ = try await body()
            } catch ClientError.refused(let refusal) {
                return refusal
            } catch {
                Issue.record("\(error)")
            }
            return nil
        }

        @Test("an account from its registration to its end")
        func account() async throws {
            let bad = await refusal { try await client.register(email: "x", password: "1") }
            #expect(bad?.code == .invalidFields && bad?.fields.map(\.name) == ["email"])
            #expect(bad?.fields.allSatisfy { !$0.code.isEmpty && !$0.message.isEmpty } == true && bad?.requestID != nil)
            guard case .created(let made) = try await client.register(email: email, password: Self.password) else {
                throw Failure("not created")
            }
            await #expect(throws: ClientError.signedOut) { try await client.me() }
            let wrong = await refusal { try await client.login(email: email, password: "wrong one") }
            #expect(wrong?.code == .invalidCredentials && wrong?.status == 401)
            #expect(try await !client.login(email: email, password: Self.password).isPasswordChangeRequired)
            #expect(try await client.me() == made)
            #expect(try await client.update(username: "first").username == "first")
            let (other, another) = (freshEmail(), "another good one")
            #expect(try await client.update(email: other, currentPassword: Self.password).email == other)
            let mistake = await refusal { try await client.changePassword(from: "wrong one", to: another) }
            #expect(mistake?.fields.map(\.name) == ["current_password"])
            try await client.changePassword(from: Self.password, to: another)
            #expect(try await client.me().email == other)
            #expect(
                await refusal { try await client.deleteAccount(password: "no") }?.fields.map(\.name) == ["password"])
            var changes = client.changes.makeAsyncIterator()
            try await client.deleteAccount(password: another)
            #expect(await changes.next() == .signedOut(.accountDeleted))
            #expect(try !client.isSignedIn)
            #expect(await refusal { try await client.login(email: other, password: another) } != nil)
        }

        @Test("the password is changed and the account deleted with an access token that has expired, too")
        func expired() async throws {
            let storage = FileStorage(try TemporaryDirectory().file("session"))
            let folder = String(storage.path.dropLast("/session".count))
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(atPath: folder) }
            let client = try OstiaryClient("http://127.0.0.1:\(server.port)", storage: storage)
            func spoil() throws {
                let access = try #require(try storage.read()?.accessToken)
                let text = text(ofFile: storage.path).replacing(access, with: "spoiled")
                try Data(text.utf8).write(to: URL(filePath: storage.path))
            }
            _ = try await client.register(email: email, password: Self.password)
            try await client.login(email: email, password: Self.password)
            try spoil()
            try await client.changePassword(from: Self.password, to: "another good one")
            try spoil()
            try await client.deleteAccount(password: "another good one")
            #expect(try storage.read() == nil)
        }

        @Test("sessions are listed and ended; the other device is told")
        func sessions() async throws {
            var options = OstiaryClient.Options()
            options.userAgent = "Notes/1.4 (tablet)"
            let tablet = try OstiaryClient(client.address, storage: .memory, options: options)
            _ = try await client.register(email: email, password: Self.password)
            try await client.login(email: email, password: Self.password)
            try await tablet.login(email: email, password: Self.password)
            let list = try await tablet.sessions()
            #expect(list.count == 2 && list.first { $0.isCurrent }?.userAgent == "Notes/1.4 (tablet)")
            #expect(list.allSatisfy { abs($0.createdAt.timeIntervalSinceNow) < 600 && $0.address == "127.0.0.1" })
            #expect(list.allSatisfy { abs($0.lastUsedAt.timeIntervalSinceNow) < 600 })
            let first = try #require(list.first { !$0.isCurrent })
            try await tablet.endSession(first.id)
            await #expect(throws: ClientError.signedOut) { try await client.me() }
            #expect(await refusal { try await tablet.endSession(first.id) }?.code == .notFound)
            try await client.login(email: email, password: Self.password)
            try await client.endOtherSessions()
            #expect(try await client.sessions().map(\.isCurrent) == [true])
            await #expect(throws: ClientError.signedOut) { try await tablet.me() }
            await #expect(throws: ClientError.signedOut) { try await tablet.logout() }
        }

        @Test("a list of several pages is read to its end")
        func pages() async throws {
            _ = try await client.register(email: email, password: Self.password)
            try await client.login(email: email, password: Self.password)
            let wire = WireClient(port: server.port)
            for _ in 0..<201 { _ = try wire.tokens(email) }
            let list = try await client.sessions()
            #expect(list.count == 202 && Set(list.map(\.id)).count == 202)
        }
    }
}
