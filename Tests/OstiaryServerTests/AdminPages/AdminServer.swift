// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import OstiaryTestSupport

/// A server whose first superuser was made by the page of the setup link, with a clock that can jump.
final class AdminServer: Sendable {
    static let root = "root@mail.example"

    let process: ServerProcess
    let clock: FakeClock

    init(_ arguments: [String] = [], environment: [String: String] = [:]) throws {
        clock = try FakeClock()
        process = try ServerProcess(
            arguments, environment: environment.merging(clock.environment) { first, _ in first })
        let visitor = PageVisitor(port: process.port)
        var form = try visitor.form(on: setupPath(), to: "/admin/setup/")
        form["email"] = Self.root
        form["password"] = WireClient.password
        let answer = try visitor.send(form)
        guard answer.status == 303, answer["Location"] == "/admin/" else { throw Failure("no setup: \(answer)") }
    }

    var port: UInt16 { process.port }

    /// The path of the link that the server has made.
    func setupPath() throws -> String {
        try process.setupPath()
    }

    /// A visitor who is logged in as the first superuser.
    func visitor() throws -> PageVisitor { try visitor(Self.root) }

    func visitor(_ email: String, _ password: String = WireClient.password) throws -> PageVisitor {
        let visitor = PageVisitor(port: port)
        try visitor.logIn(email, password)
        return visitor
    }

    /// A new account, made on the pages.
    /// - Returns: its id.
    @discardableResult
    func add(
        _ email: String, flags: [String] = ["is_active"], permissions: [String] = [], by visitor: PageVisitor
    ) throws -> Int {
        var form = try visitor.form(on: "/admin/users/add/")
        form["email"] = email
        form["password"] = WireClient.password
        form["must_change"] = nil
        for flag in ["is_active", "is_staff", "is_superuser"] { form[flag] = flags.contains(flag) ? "true" : nil }
        let added = try visitor.send(form)
        guard added.status == 303, let path = added["Location"], let id = Int(path.split(separator: "/").last ?? "")
        else {
            throw Failure("not added: \(added)")
        }
        if !permissions.isEmpty {
            var form = try visitor.form(on: path)
            for permission in permissions { form.add("permissions", permission) }
            let changed = try visitor.send(form)
            guard changed.status == 303 else { throw Failure("not changed: \(changed)") }
        }
        return id
    }
}

extension PageVisitor {
    func logIn(_ email: String, _ password: String) throws {
        try open("/login/")
        let answer = try send("/login/", [("email", email), ("password", password), ("next", "/admin/")])
        guard answer.status == 303, self["ostiary-session"] != nil else { throw Failure("cannot log in: \(answer)") }
    }
}

extension ServerProcess {
    /// The path of the setup link, which is written soon after the server is ready.
    func setupPath() throws -> String {
        let path: String? = waitUntil(10) {
            let link = text(ofFile: dataDirectory + "/setup-link").split(separator: "\n").first ?? ""
            return link.firstRange(of: "/admin/setup/").map { String(link[$0.lowerBound...]) }
        }
        guard let path else { throw Failure("no link: \(output)") }
        return path
    }
}
