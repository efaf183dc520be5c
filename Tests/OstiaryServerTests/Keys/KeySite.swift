// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import OstiaryCore
import OstiarySQL
import OstiarySQLite
import OstiaryTestSupport

/// Servers on one database, and the commands by which an operator changes their keys.
struct KeySite {
    enum Database: Sendable, CaseIterable { case sqlite, postgres }

    let servers: [ServerProcess]
    let url: String
    private let postgres: (server: PostgresServer, database: String)?

    /// - Parameters:
    ///   - extra: further arguments of `serve`.
    ///   - environment: of the servers alone.
    init(
        _ database: Database = .sqlite, _ count: Int = 1, _ extra: [String] = [], environment: [String: String] = [:]
    ) throws {
        switch database {
        case .sqlite:
            let first = try ServerProcess(extra, environment: environment)
            let url = "sqlite:\(first.databaseFile)"
            let others = try (1..<count).map { _ in
                try ServerProcess(["--database-url", url] + extra, environment: environment)
            }
            (servers, self.url, postgres) = ([first] + others, url, nil)
        case .postgres:
            let server = try PostgresServer.shared.get()
            let name = try server.makeDatabase()
            let url = server.url(name)
            servers = try (0..<count).map { _ in
                try ServerProcess(["--database-url", url] + extra, environment: environment)
            }
            (self.url, postgres) = (url, (server, name))
        }
    }

    /// One for each server.
    var clients: [WireClient] { servers.map { WireClient(port: $0.port) } }

    /// A command that has to succeed.
    @discardableResult
    func command(_ arguments: [String], input: String = "") throws -> String {
        let result = try tryCommand(arguments, input: input)
        guard result.exit == .code(0) else { throw Failure("\(arguments): \(result)") }
        return result.stdout
    }

    func tryCommand(
        _ arguments: [String], input: String = "", environment: [String: String] = [:]
    ) throws -> CommandResult {
        try runCommand(
            arguments + ["--database-url", url, "--data-dir", servers[0].dataDirectory],
            environment: ["OSTIARY_SECRET_KEY": ServerProcess.secretKey].merging(environment) { $1 }, input: input)
    }

    /// Publishes a key.
    /// - Parameter now: true to sign with it at once.
    /// - Returns: its `kid`.
    func rotate(_ algorithm: String = "ES256", now: Bool = false) throws -> String {
        let printed = try command(
            ["keys", "rotate", "--algorithm", algorithm, "--json"] + (now ? ["--now", "--yes"] : []))
        guard let id = try Document(printed)["kid"] else { throw Failure("no key in \(printed)") }
        return id
    }

    func set(_ name: String, _ value: String) throws { try command(["settings", "set", name, value]) }

    /// The states of the keys by their `kid`s.
    func states() throws -> [String: String] {
        let keys = try Document(command(["keys", "list", "--json"])).array("keys")
        return Dictionary(uniqueKeysWithValues: keys.map { ($0["kid"] ?? "", $0["state"] ?? "") })
    }

    /// The first text that a query finds.
    /// - Parameter id: a text that is compared at the end of the query; nil for none.
    func value(_ sql: StaticString, _ id: String? = nil) throws -> String {
        if let postgres {
            return try postgres.server.query("\(sql) \(id.map { "'\($0)'" } ?? "")", in: postgres.database)
        }
        let connection = try SQLiteConnection(path: servers[0].databaseFile, role: .reader, busyTimeout: 5_000)
        let query: SQLQuery = if let id { "\(raw: sql) \(id)" } else { "\(raw: sql)" }
        return try connection.run(query).first?.text(0) ?? ""
    }

    /// Runs statements in the PostgreSQL database.
    func run(_ sql: String) throws {
        guard let postgres else { throw Failure("not on PostgreSQL") }
        try postgres.server.query(sql, in: postgres.database)
    }

    /// The private key as the database has it, sealed.
    func sealed(_ id: String) throws -> SealedKey {
        let hexadecimal: StaticString =
            postgres == nil
            ? "SELECT lower(hex(sealed)) FROM ostiary_key WHERE kid ="
            : "SELECT encode(sealed, 'hex') FROM ostiary_key WHERE kid ="
        return SealedKey(bytes: Self.bytes(try value(hexadecimal, id)))
    }

    /// The bytes that hexadecimal digits stand for.
    static func bytes(_ hexadecimal: String) -> [UInt8] {
        let text = Array(hexadecimal.utf8)
        return stride(from: 0, to: text.count, by: 2).compactMap {
            UInt8(String(decoding: text[$0..<min($0 + 2, text.count)], as: UTF8.self), radix: 16)
        }
    }

    /// The private key, opened by the root secret.
    func privateKey(_ id: String) throws -> PrivateKey {
        let text = try value("SELECT jwk FROM ostiary_key WHERE kid =", id)
        guard let jwk = JSONWebKey(try JSONReader.read(Array(text.utf8))),
            let key = try sealed(id).open(as: jwk, under: Self.root)
        else { throw Failure("cannot open \(id)") }
        return key
    }

    static var root: RootSecret {
        get throws {
            guard let root = RootSecret(ServerProcess.secretKey.utf8) else { throw Failure("too short") }
            return root
        }
    }

    /// Waits until each server publishes exactly these keys, in this order.
    func waitForKeys(_ ids: [String]) throws {
        for client in clients {
            var seen: [String] = []
            let reached: Bool? = try waitUntil(30) {
                seen = try client.publicKeys()
                return seen == ids ? true : nil
            }
            guard reached == true else { throw Failure("\(seen) is published, not \(ids)") }
        }
    }

    func terminate() -> Bool { servers.allSatisfy { $0.terminate() == .code(0) } }
}

extension WireClient {
    func publicKeyDocument(_ headers: [(String, String)] = []) throws -> WireAnswer {
        try exchange(WireRequest("GET", "/.well-known/jwks.json", headers))
    }

    /// The `kid`s of the public keys.
    func publicKeys() throws -> [String] {
        try Document(publicKeyDocument().text).array("keys").map { $0["kid"] ?? "" }
    }
}

/// A JSON object whose members are looked at.
struct Document {
    private let object: JSONObject

    init(_ text: String) throws {
        guard case .object(let object) = try JSONReader.read(Array(text.utf8)) else {
            throw Failure("no object: \(text)")
        }
        self.object = object
    }

    private init(_ object: JSONObject) { self.object = object }

    /// The names of the members.
    var names: [String] { object.members.map(\.key) }

    /// A member that is a text.
    subscript(name: String) -> String? {
        if case .string(let text)? = object[name] { text.text } else { nil }
    }

    /// A member that is an object.
    func object(_ name: String) -> Document? {
        if case .object(let object)? = object[name] { Document(object) } else { nil }
    }

    /// The objects of a member.
    func array(_ name: String) -> [Document] {
        guard case .array(let elements)? = object[name] else { return [] }
        return elements.compactMap { if case .object(let object) = $0 { Document(object) } else { nil } }
    }
}

extension AccessToken {
    /// A text member of the header.
    func headerMember(_ name: String) -> String? { (try? Document(header))?[name] }

    /// The compact form, signed by a private key.
    func signed(by key: PrivateKey) -> String {
        let input = Base64URL.encode(Array(header.utf8)) + "." + Base64URL.encode(Array(payload.utf8))
        return input + "." + Base64URL.encode(key.sign(Array(input.utf8)))
    }
}
