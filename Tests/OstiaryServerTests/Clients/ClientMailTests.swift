// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import OstiaryClient
import OstiaryCore
import OstiaryTestSupport
import Testing

extension EndToEnd {
    /// The methods of the library for Swift that stand on messages, and the demand for a fresh login.
    @Suite struct ClientMails {
        private let email = freshEmail()
        private static let password = WireClient.password

        @Test("a registration is completed, a password reset and an address changed by the tokens of messages")
        func messages() async throws {
            let server = try MailServer(environment: ["OSTIARY_EMAIL_VERIFICATION": "required"])
            let client = try OstiaryClient("http://127.0.0.1:\(server.process.port)", storage: .memory)
            #expect(try await client.register(email: email, password: Self.password) == .mailSent)
            let link = try server.message(to: email, "/account/").token
            let unknown = await #expect(throws: ClientError.self) {
                try await client.completeRegistration(token: "unknown", password: Self.password)
            }
            guard case .refused(let refusal)? = unknown else { throw Failure("\(String(describing: unknown))") }
            #expect(refusal.code == .invalidLink)
            try await client.completeRegistration(token: link, password: Self.password)
            #expect(try await client.me().isEmailVerified == true)

            let other = freshEmail()
            try await client.requestEmailChange(to: other, password: Self.password)
            let change = try server.message(to: other, "/account/").token
            #expect(try await client.confirmEmailChange(token: change).email == other)
            #expect(try await client.me().email == other, "the session that asked stays")

            try await client.passwordReset(for: other)
            let reset = try server.message(to: other, "/account/reset/").token
            try await client.passwordReset(token: reset, newPassword: "a new one 4 you")
            await #expect(throws: ClientError.signedOut) { try await client.me() }
            try await client.login(email: other, password: "a new one 4 you")
        }

        @Test("a demand for a fresh login comes as an error of its own, and a login meets it")
        func fresh() async throws {
            let server = try ServerProcess()
            let accounts = try AdminAccounts(on: server)
            let (clerk, subject) = (try accounts.addStaff(.changeUser), try accounts.add())
            let old = try accounts.staleTokens(of: clerk.email)
            let folder = try TemporaryDirectory()
            let held = #"{"access_token":"\#(old.access)","refresh_token":"\#(old.refresh)","key":"0123456789abcdef"}"#
            try Data(held.utf8).write(to: URL(filePath: folder.file("session")))
            let client = try OstiaryClient(
                "http://127.0.0.1:\(server.port)", storage: .file(folder.file("session")))
            let request = try OstiaryClient.Request.put(
                "/api/admin/users/\(subject.id)/", json: ["is_active": false])
            let error = await #expect(throws: ClientError.self) { try await client.send(request).checked() }
            guard case .freshLoginRequired(let refusal)? = error else { throw Failure("\(String(describing: error))") }
            #expect(refusal.status == 403)
            #expect(text(ofFile: folder.file("session")) == held, "nothing was refreshed")
            try await client.login(email: clerk.email, password: Self.password)
            try await client.send(request).checked()
        }
    }
}
