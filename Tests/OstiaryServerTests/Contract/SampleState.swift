// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport
import Synchronization

/// Brings about what a sample needs on a running server, and knows what its placeholders stand for.
struct SampleState {
    private static let count = Atomic<Int>(0)
    private static let password = "securepassword"

    private let server: ServerProcess
    /// The server as one that sends mail; nil if it sends none.
    private let mail: MailServer?
    private let client: WireClient
    private let domain: String
    private var tokens: [String: Tokens] = [:]
    private(set) var values: [String: String]

    /// Each sample has a domain of its own, so that none meets the users of another.
    init(_ needs: [ContractSample.Need], on server: ServerProcess) throws {
        try self.init(needs, server, mail: nil)
    }

    init(_ needs: [ContractSample.Need], on server: MailServer) throws {
        try self.init(needs, server.process, mail: server)
    }

    private init(_ needs: [ContractSample.Need], _ server: ServerProcess, mail: MailServer?) throws {
        self.server = server
        self.mail = mail
        client = WireClient(port: server.port)
        let number = Self.count.add(1, ordering: .relaxed).newValue
        domain = "s\(number).example.com"
        values = ["example.com": domain, "example.org": "s\(number).example.org"]
        for need in needs { try bringAbout(need) }
    }

    private mutating func bringAbout(_ need: ContractSample.Need) throws {
        switch need {
        case .first: values["<id>"] = "\(try client.enrol("first@\(domain)", Self.password))"
        case .second: values["<second id>"] = "\(try client.enrol("second@\(domain)", Self.password))"
        case .third: try client.enrol("Third@\(domain.dropLast(3))org", Self.password)
        case .unicode: try client.enrol("uni@\(domain)", "пароль😀密码")
        case .login: try logIn("first")
        case .secondLogin: try logIn("second")
        case .named: try change("{\"username\":\"bob\"}")
        case .named2: try change("{\"username\":\"bob2\"}")
        case .namedSame: try change("{\"username\":\"same\"}")
        case .renamed: try rename("first-new@\(domain)")
        case .refreshed: try remember(Tokens(client.refresh(token("first").refresh)), of: "first")
        case .loggedOut: try expect(client.logout(token("first").refresh))
        case .expired: pause(2.1)
        case .secondInactive: try deactivateSecond()
        }
    }

    private mutating func logIn(_ user: String) throws {
        try remember(client.tokens("\(user)@\(domain)", Self.password), of: user)
    }

    private mutating func remember(_ new: Tokens, of user: String) throws {
        if let old = tokens[user], user == "first" {
            (values["<spent refresh>"], values["<spent access>"]) = (old.refresh, old.access)
        }
        tokens[user] = new
        let prefix = user == "first" ? "" : "\(user) "
        values["<\(prefix)access>"] = new.access
        values["<\(prefix)refresh>"] = new.refresh
        guard user == "first" else { return }
        values["<REFRESH>"] = new.refresh.uppercased()
        values["<refresh hex>"] = new.refresh.replacing("-", with: "")
        let access = try AccessToken(new.access)
        guard let exp = access["exp"] else { throw Failure("no exp") }
        values["<access without typ>"] = access.withHeader(#"{"alg":"HS256"}"#).signed()
        values["<access with exp float>"] = access.with("exp", "\(exp).5").signed()
    }

    private func token(_ user: String) throws -> Tokens {
        guard let tokens = tokens[user] else { throw Failure("\(user) has not logged in") }
        return tokens
    }

    private func change(_ json: String) throws {
        try expect(client.put(json, token("first").access))
    }

    private func rename(_ email: String) throws {
        guard let mail else { return try change("{\"email\":\"\(email)\"}") }
        let asked = try client.use(
            "/api/email/change/", ["email": email, "password": Self.password], token("first").access)
        guard asked.status == 202 else { throw Failure("cannot ask for a change: \(asked)") }
        let token = try mail.messages(to: email)[0].token
        try expect(client.use("/api/email/change/confirm/", ["token": token]))
    }

    private func deactivateSecond() throws {
        let result = try server.command(["users", "deactivate", "second@\(domain)"])
        guard result.exit == .code(0) else { throw Failure("cannot deactivate: \(result.stderr)") }
        pause(1)  // the time within which another process's change is in force
    }

    private func expect(_ answer: WireAnswer) throws {
        guard answer.status == 200 else { throw Failure("set-up answered \(answer)") }
    }
}
