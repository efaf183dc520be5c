// SPDX-License-Identifier: Apache-2.0

// OstiaryClient under the names of the clients in other languages; Sources/OstiaryClient/OstiaryClient.docc/Client.md shows more of it.
import OstiaryClient

struct Session: Sendable {
    let client: OstiaryClient

    init(_ server: String, file: String, options: OstiaryClient.Options = .init()) throws {
        client = try OstiaryClient(server, storage: .file(file), options: options)
    }

    func login(_ email: String, _ password: String) async throws {
        try await client.login(email: email, password: password)
    }

    /// Throws when the server could not be told: the session is still there, and so is the file.
    func logout() async throws { try await client.logout() }

    /// Only the caller knows what may be sent again when there is no answer.
    func request(_ request: OstiaryClient.Request) async throws -> OstiaryClient.Answer {
        try await client.send(request)
    }

    /// An access token other than the refused one.
    func refresh(_ refused: String?) async throws -> String { try await client.accessToken(refused: refused) }
}
