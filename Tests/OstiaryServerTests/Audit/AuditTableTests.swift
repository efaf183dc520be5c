// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import Glibc
import OstiaryTestSupport
import Testing

extension EndToEnd {
    /// Each operation of the API and of the command line leaves exactly its entries.
    @Suite struct AuditTable {
        /// The author of an expected entry.
        enum Actor { case client, user, command }

        private struct Expected {
            var event: String
            var actor: Actor
            var cause: String?
            var isAboutUser = true
        }

        private final class Account {
            var email = freshEmail()
            var id = 0
            var tokens: Tokens?
            var access: String { tokens?.access ?? "" }
            var refresh: String { tokens?.refresh ?? "" }
        }

        private let server: ServerProcess
        private let client: WireClient

        init() throws {
            server = try ServerProcess()
            client = WireClient(port: server.port)
        }

        private func command(_ arguments: [String], status: Int32 = 0) throws -> WireAnswer? {
            let result = try server.command(
                arguments, environment: ["OSTIARY_SUPERUSER_PASSWORD": WireClient.password])
            guard result.exit == .code(status) else { throw Failure("\(arguments): \(result)") }
            return nil
        }

        /// Runs an operation and compares what it left.
        private func check(
            _ name: String, _ account: Account, _ expected: [Expected], status: Int? = 200,
            _ operation: () throws -> WireAnswer?
        ) throws {
            let last = try server.audited().last?.id ?? 0
            let answer = try operation()
            if let answer { #expect(answer.status == status, "\(name): \(answer)") }
            let entries: [AuditLine] =
                try waitUntil(expected.contains { $0.event.hasSuffix("refused") } ? 5 : 0.1, every: 100_000) {
                    let entries = try server.audited().filter { $0.id > last }
                    return entries.count >= expected.count ? entries : nil
                } ?? []
            #expect(entries.map(\.event) == expected.map(\.event), "\(name): \(entries)")
            for (entry, expected) in zip(entries, expected) {
                let actor =
                    switch expected.actor {
                    case .client: "client"
                    case .user: "user:\(account.id)"
                    case .command: "operator:\(String(cString: getpwuid(getuid()).pointee.pw_name))"
                    }
                #expect(entry.actor == actor, "\(name)")
                #expect(entry.request == (expected.actor == .command ? nil : answer?["X-Request-ID"]), "\(name)")
                #expect(entry.network == (expected.actor == .command ? nil : "127.0.0.1/32"), "\(name)")
                #expect(entry.user == (expected.isAboutUser ? account.id : nil), "\(name)")
                #expect(entry.cause == expected.cause, "\(name)")
                #expect(entry.count == 1, "\(name)")
            }
        }

        @Test("each operation of the API has its entries, those that change nothing have none")
        func api() throws {
            let account = Account()
            let stranger = Account()
            func client(_ event: String, cause: String? = nil) -> Expected {
                Expected(event: event, actor: .client, cause: cause)
            }
            func user(_ event: String, cause: String? = nil) -> Expected {
                Expected(event: event, actor: .user, cause: cause)
            }
            let other = Account()
            other.id = try self.client.enrol(other.email)
            account.id = other.id + 1
            try check("register", account, [client("registered")]) { try self.client.register(account.email) }
            try check("register again", account, [], status: 400) { try self.client.register(account.email) }
            func login() throws -> WireAnswer {
                let answer = try self.client.login(account.email)
                account.tokens = try Tokens(answer)
                return answer
            }
            try check("login", account, [client("logged_in")], login)
            try check("wrong password", account, [client("login_refused", cause: "wrong_password")], status: 401) {
                try self.client.login(account.email, "wrong")
            }
            var unknown = client("login_refused", cause: "unknown_account")
            unknown.isAboutUser = false
            try check("unknown account", stranger, [unknown], status: 401) { try self.client.login(stranger.email) }
            try check("me", account, []) { try self.client.me(account.access) }
            try check("the same profile", account, []) { try self.client.put(#"{"username":""}"#, account.access) }
            try check("profile", account, [user("profile_changed")]) {
                try self.client.put(#"{"username":"Ä"}"#, account.access)
            }
            account.email = freshEmail()
            try check("e-mail", account, [user("email_changed")]) {
                try self.client.put(#"{"email":"\#(account.email)"}"#, account.access)
            }
            let key = "the-key-of-this-refresh"
            let spent = account.refresh
            try check("refresh", account, []) {
                let answer = try self.client.refresh(spent, key: key)
                account.tokens = try Tokens(answer)
                return answer
            }
            try check("repeated refresh", account, [client("refresh_repeated")]) {
                try self.client.refresh(spent, key: key)
            }
            try check("replay", account, [client("refresh_token_replayed")], status: 400) {
                try self.client.refresh(spent)
            }
            try check("replay again", account, [], status: 400) { try self.client.refresh(spent) }
            try check("login", account, [client("logged_in")], login)
            try check("logout", account, [client("logged_out")]) { try self.client.logout(account.refresh) }
            try check("logout again", account, [], status: 400) { try self.client.logout(account.refresh) }
            let first = try Tokens(login())
            try check("login", account, [client("logged_in")], login)
            let session = try #require(try AccessToken(first.access)["sid"]?.dropFirst().dropLast())
            func delete(_ path: String, _ json: String? = nil) throws -> WireAnswer {
                let headers = [("Authorization", "Bearer \(account.access)")]
                return try self.client.exchange(
                    json.map { WireRequest("DELETE", path, headers, json: $0) } ?? WireRequest("DELETE", path, headers))
            }
            try check("end a session", account, [user("logged_out")], status: 204) {
                try delete("/api/sessions/\(session)/")
            }
            try check("end the others", account, [user("sessions_ended")], status: 204) { try delete("/api/sessions/") }
            try check(
                "wrong current password", account, [user("password_refused", cause: "wrong_password")], status: 400
            ) {
                try self.client.changePassword("wrong", to: "another secure 7 horse", account.access)
            }
            try check("change the password", account, [user("password_changed")]) {
                let answer = try self.client.changePassword(
                    WireClient.password, to: "another secure 7 horse", account.access)
                account.tokens = try Tokens(answer)
                return answer
            }
            try check("delete the account", account, [user("account_deleted")], status: 204) {
                try delete("/api/me/", #"{"password":"another secure 7 horse"}"#)
            }
            #expect(server.terminate() == .code(0))
        }

        @Test("each command that changes something has its entries, with the operating system's user")
        func commands() throws {
            let account = Account()
            func entry(_ event: String, aboutUser: Bool = true) -> Expected {
                Expected(event: event, actor: .command, isAboutUser: aboutUser)
            }
            account.id = 1
            try check("users add", account, [entry("account_created")]) {
                try command(["users", "add", account.email, "--no-password"])
            }
            try check("users deactivate", account, [entry("account_deactivated")]) {
                try command(["users", "deactivate", account.email])
            }
            try check("users activate", account, [entry("account_activated")]) {
                try command(["users", "activate", account.email])
            }
            try check("users logout", account, [entry("sessions_ended")]) {
                try command(["users", "logout", account.email])
            }
            try check("users unlock", account, [entry("account_unlocked")]) {
                try command(["users", "unlock", account.email])
            }
            try check("changepassword", account, [entry("password_reset")]) {
                let result = try server.command(
                    ["changepassword", account.email],
                    input: "\(WireClient.password)\n\(WireClient.password)\n")
                guard result.exit == .code(0) else { throw Failure("\(result)") }
                return nil
            }
            try check("users delete", account, [entry("account_deleted")]) {
                try command(["users", "delete", account.email, "--yes"])
            }
            account.id = 2
            try check("createsuperuser", account, [entry("account_created")]) {
                try command(["createsuperuser", "--email", freshEmail(), "--noinput"])
            }
            try check("settings set", account, [entry("setting_changed", aboutUser: false)]) {
                try command(["settings", "set", "SESSIONS_PER_USER", "7"])
            }
            try check("settings unset", account, [entry("setting_changed", aboutUser: false)]) {
                try command(["settings", "unset", "SESSIONS_PER_USER"])
            }
            try check("cleanup", account, [entry("cleaned_up", aboutUser: false)]) { try command(["cleanup"]) }
            for reading in [
                ["users", "list"], ["settings", "list"], ["settings", "history"], ["check"], ["migrate"],
            ] {
                try check(reading.joined(separator: " "), account, []) { try command(reading) }
            }
            #expect(server.terminate() == .code(0))
        }

        @Test("forgetkey has its entry, and names the key by its fingerprint")
        func forgetKey() throws {
            let postgres = try PostgresServer()
            let nodes = try PostgresNodes(1, on: postgres)
            let early = try nodes.command(["forgetkey"])
            #expect(early.exit == .code(69) && early.stderr.contains("Stop them first"), "\(early)")
            #expect(nodes.terminate())
            let result = try nodes.command(["forgetkey"])
            #expect(result.exit == .code(0), "\(result)")
            let list = try nodes.command(["audit", "list", "--json"]).stdout
            let entries = try JSONDecoder().decode([AuditLine].self, from: Data(list.utf8)).filter {
                $0.event != "setup_link_made"
            }
            #expect(entries.map(\.event) == ["key_forgotten"] && entries[0].object?.isEmpty == false, "\(list)")
            #expect(entries[0].actor.hasPrefix("operator:"))
        }
    }
}
