// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import OstiaryTestSupport
import Testing

extension EndToEnd {
    /// An administrator who loses the rights, the account or the session is refused by the next request, on the server
    /// that took them away and on another one.
    @Suite struct AdminSessions {
        enum Database: String, CaseIterable { case sqlite, postgres }

        private enum Loss: String, CaseIterable {
            case permission, group, membership, staff, superuser, active, session, sessions, action, account, password
        }

        /// Two servers on one database.
        private struct Nodes {
            let servers: [ServerProcess]
            let accounts: AdminAccounts
            private let directory: TemporaryDirectory?

            init(_ database: Database) throws {
                switch database {
                case .sqlite:
                    let directory = try TemporaryDirectory()
                    let arguments = ["--database-url", "sqlite:\(directory.file("shared.sqlite3"))"]
                    servers = try (0..<2).map { _ in try ServerProcess(arguments) }
                    accounts = try AdminAccounts(
                        on: servers[0], database: arguments + ["--data-dir", servers[0].dataDirectory])
                    self.directory = directory
                case .postgres:
                    let nodes = try PostgresNodes(2, on: PostgresServer.shared.get())
                    servers = nodes.servers
                    accounts = try AdminAccounts(on: servers[0], database: ["--database-url", nodes.url])
                    directory = nil
                }
            }
        }

        private static let path = "/api/admin/users/"

        @Test("the next request is refused, here and on another server", arguments: Database.allCases)
        func lost(database: Database) throws {
            let nodes = try Nodes(database)
            let accounts = nodes.accounts
            let clients = nodes.servers.map { WireClient(port: $0.port) }
            for loss in Loss.allCases {
                let clerk = try accounts.addStaff()
                let group = try group(of: clerk, accounts)
                let tokens = try clients[0].tokens(clerk.email)
                switch loss {
                case .group, .membership: break
                case .superuser: try accounts.change(clerk, #"{"is_superuser":true,"groups":[]}"#)
                default: try accounts.change(clerk, #"{"permissions":["ostiary.view_user"],"groups":[]}"#)
                }
                for client in clients {
                    let answer = try client.ask("GET", Self.path, as: tokens.access)
                    #expect(answer.status == 200, "before the loss of \(loss): \(answer)")
                }
                let answer = try take(loss, from: clerk, group: group, tokens, accounts)
                #expect([200, 204].contains(answer.status), "\(loss): \(answer)")
                for (name, client) in zip(["here", "there"], clients) {
                    let answer = try client.ask("GET", Self.path, as: tokens.access)
                    #expect([401, 403].contains(answer.status), "\(name) after the loss of \(loss): \(answer)")
                }
            }
        }

        /// Makes a group with a permission and one member.
        private func group(of clerk: AdminAccounts.Account, _ accounts: AdminAccounts) throws -> Int {
            let json = #"{"name":"\#(clerk.email)","permissions":["ostiary.view_user"]}"#
            let made = try accounts.ask("POST", "/api/admin/groups/", json)
            guard made.status == 201, let group = made.integer("id") else { throw Failure("\(made)") }
            try accounts.change(clerk, "{\"groups\":[\(group)]}")
            return group
        }

        private func take(
            _ loss: Loss, from clerk: AdminAccounts.Account, group: Int, _ tokens: Tokens, _ accounts: AdminAccounts
        ) throws -> WireAnswer {
            let user = "\(Self.path)\(clerk.id)/"
            let session = try AccessToken(tokens.access)["sid"].map { $0.dropFirst().dropLast() } ?? ""
            return switch loss {
            case .permission: try accounts.ask("PUT", user, #"{"permissions":[]}"#)
            case .group: try accounts.ask("DELETE", "/api/admin/groups/\(group)/")
            case .membership:
                try accounts.ask("PUT", "/api/admin/groups/\(group)/", "{\"remove_members\":[\(clerk.id)]}")
            case .staff: try accounts.ask("PUT", user, #"{"is_staff":false}"#)
            case .superuser: try accounts.ask("PUT", user, #"{"is_superuser":false}"#)
            case .active: try accounts.ask("PUT", user, #"{"is_active":false}"#)
            case .session: try accounts.ask("DELETE", "/api/admin/sessions/\(session)/")
            case .sessions:
                try accounts.ask("POST", "/api/admin/sessions/actions/", "{\"action\":\"end\",\"user\":\(clerk.id)}")
            case .action:
                try accounts.ask("POST", Self.path + "actions/", "{\"action\":\"deactivate\",\"ids\":[\(clerk.id)]}")
            case .account: try accounts.ask("DELETE", user)
            case .password:
                try accounts.ask("POST", user + "password/", "{\"password\":\"another good one 9\"}")
            }
        }

        @Test("a login that grows old is asked for anew where that is demanded, and a new one goes on")
        func freshness() throws {
            let server = try ServerProcess()
            let accounts = try AdminAccounts(on: server)
            let client = WireClient(port: server.port)
            let (clerk, subject) = (try accounts.addStaff(.changeUser), try accounts.add())
            let (path, json) = ("\(Self.path)\(subject.id)/", #"{"is_active":false}"#)
            let old = try accounts.staleTokens(of: clerk.email)
            let refused = try client.ask("PUT", path, json, as: old.access)
            #expect(refused.status == 403 && refused.member("code") == "fresh_login_required", "\(refused)")
            let rights = try client.ask("GET", "/api/admin/me/", as: old.access)
            #expect(rights.text.contains(#""is_fresh":false"#), "\(rights)")
            #expect(try accounts.ask("GET", path).text.contains(#""is_active":true"#))
            let new = try client.tokens(clerk.email)
            #expect(try client.ask("PUT", path, json, as: new.access).status == 200)
            #expect(try client.login(subject.email).status == 401)
        }
    }
}
