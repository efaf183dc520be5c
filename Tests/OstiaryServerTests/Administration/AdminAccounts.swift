// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import OstiarySQL
import OstiarySQLite
import OstiaryTestSupport

/// The accounts of administrators on a server, made as an operator and a superuser make them.
struct AdminAccounts {
    let server: ServerProcess
    /// The e-mail address of a superuser.
    let root: String
    /// The tokens of that superuser, who has just logged in.
    let rootTokens: Tokens

    private var client: WireClient { WireClient(port: server.port) }

    /// - Parameter database: the arguments by which a command finds the server's database; nil for its data directory.
    init(on server: ServerProcess, database: [String]? = nil) throws {
        self.server = server
        root = freshEmail()
        let arguments = ["createsuperuser", "--noinput", "--email", root]
        let environment = ["OSTIARY_SUPERUSER_PASSWORD": WireClient.password]
        let made =
            if let database {
                try runCommand(arguments + database, environment: environment)
            } else {
                try server.command(arguments, environment: environment)
            }
        guard made.exit == .code(0) else { throw Failure("\(made)") }
        rootTokens = try WireClient(port: server.port).tokens(root)
    }

    /// An account that a test has made.
    struct Account {
        var email: String
        var id: Int
    }

    /// Adds an account.
    /// - Parameter flags: further members of the body, such as `"is_staff":true`.
    func add(_ flags: String...) throws -> Account {
        let email = freshEmail()
        let texts = [
            "\"email\":\"\(email)\",\"password\":\(jsonText(WireClient.password)),\"must_change_password\":false"
        ]
        let answer = try ask("POST", "/api/admin/users/", "{\((texts + flags).joined(separator: ","))}")
        guard answer.status == 201, let id = answer.integer("id") else { throw Failure("\(answer)") }
        return Account(email: email, id: id)
    }

    /// Changes an account.
    func change(_ account: Account, _ json: String) throws {
        let answer = try ask("PUT", "/api/admin/users/\(account.id)/", json)
        guard answer.status == 200 else { throw Failure("\(answer)") }
    }

    /// Adds a member of the staff.
    func addStaff(_ permissions: Permission...) throws -> Account {
        let account = try add(#""is_staff":true"#)
        let names = permissions.map { "\"\($0)\"" }.joined(separator: ",")
        if !permissions.isEmpty { try change(account, "{\"permissions\":[\(names)]}") }
        return account
    }

    /// Sends a request of the superuser.
    func ask(_ method: String, _ path: String, _ json: String? = nil) throws -> WireAnswer {
        try client.ask(method, path, json, as: rootTokens.access)
    }

    /// Logs in so that the login seems to be older than ten minutes.
    func staleTokens(of email: String) throws -> Tokens {
        let tokens = try client.tokens(email)
        guard let id = try AccessToken(tokens.access)["sid"].flatMap({ SessionID(String($0.dropFirst().dropLast())) })
        else { throw Failure("no sid in the token") }
        let database = try SQLiteConnection(path: server.databaseFile, role: .writer, busyTimeout: 5_000)
        try database.execute(
            "UPDATE ostiary_session SET authenticated_at = started_at - 601000000 WHERE id = \(id.bytes)")
        return try Tokens(client.refresh(tokens.refresh))
    }
}

extension WireClient {
    /// Sends a request of the administration; refusals come as problem documents with a code.
    /// - Parameter access: nil for a request without token.
    func ask(_ method: String, _ path: String, _ json: String? = nil, as access: String?) throws -> WireAnswer {
        var headers = [("Accept", "application/json, application/problem+json")]
        if let access { headers.append(("Authorization", "Bearer \(access)")) }
        guard let json else { return try exchange(WireRequest(method, path, headers)) }
        return try exchange(WireRequest(method, path, headers, json: json))
    }
}
