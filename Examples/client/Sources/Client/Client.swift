// SPDX-License-Identifier: Apache-2.0

import OstiaryClient

/// `Client SERVER FILE register|login EMAIL PASSWORD`, `Client SERVER FILE me|sessions|logout`
@main
struct Client {
    static func main() async throws {
        let words = CommandLine.arguments.dropFirst().map { $0 }
        guard words.count >= 3 else { return print("usage: Client SERVER FILE register|login|me|sessions|logout …") }
        let client = try OstiaryClient(words[0], storage: .file(words[1]))
        do {
            switch (words[2], words.dropFirst(3).map { $0 }) {
            case ("register", let name) where name.count == 2:
                print(try await client.register(email: name[0], password: name[1]))
            case ("login", let name) where name.count == 2:
                try await client.login(email: name[0], password: name[1])
                print("Hello, \(try await client.me().email).")
            case ("me", _): print(try await client.send(.get("/api/me/")).checked().text)
            case ("sessions", _):
                for session in try await client.sessions() {
                    print(session.isCurrent ? "*" : "-", session.createdAt, session.address ?? "")
                }
            case ("logout", _): try await client.logout()
            default: print("no such command")
            }
        } catch ClientError.signedOut {
            print("Log in first.")
        } catch ClientError.refused(let refusal) where refusal.code == .invalidFields {
            for field in refusal.fields { print("\(field.name): \(field.message)") }
        } catch ClientError.refused(let refusal) {
            print(refusal.detail ?? "\(refusal)")
        }
    }
}
