// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport

/// A browser in the admin site of Django.
final class DjangoAdmin {
    private let visitor: PageVisitor

    /// Logs in.
    init(port: UInt16, _ email: String, _ password: String) throws {
        visitor = PageVisitor(port: port)
        let form = try token(on: "/admin/login/?next=/admin/")
        let answer = try send("/admin/login/?next=/admin/", form + [("username", email), ("password", password)])
        guard answer.status == 302, answer["Location"] == "/admin/" else { throw Failure("no admin: \(answer)") }
    }

    /// Whether the session is still there.
    func isOpen() throws -> Bool {
        let answer = try visitor.open("/admin/")
        guard answer.status == 200 || answer.status == 302 else { throw Failure("\(answer)") }
        return answer.status == 200
    }

    /// Changes an account by its form, in which everything else stays as it is shown.
    func change(_ id: Int, _ change: (inout [(String, String)]) -> Void) throws -> WireAnswer {
        let path = "/admin/auth_api/customuser/\(id)/change/"
        let page = try visitor.open(path)
        guard page.status == 200 else { throw Failure("no form of \(id): \(page)") }
        var fields = Self.fields(page.text)
        change(&fields)
        return try send(path, fields)
    }

    /// Deletes an account with all that Django deletes with it.
    func delete(_ id: Int) throws -> WireAnswer {
        let path = "/admin/auth_api/customuser/\(id)/delete/"
        return try send(path, try token(on: path) + [("post", "yes")])
    }

    /// Gives an account another password.
    func setPassword(_ id: Int, _ password: String) throws -> WireAnswer {
        let path = "/admin/auth_api/customuser/\(id)/password/"
        let fields = [("password1", password), ("password2", password), ("usable_password", "true")]
        return try send(path, try token(on: path) + fields)
    }

    private func token(on path: String) throws -> [(String, String)] {
        let page = try visitor.open(path)
        guard let token = Self.fields(page.text).first(where: { $0.0 == "csrfmiddlewaretoken" }) else {
            throw Failure("no form on \(path): \(page)")
        }
        return [token]
    }

    private func send(_ path: String, _ fields: [(String, String)]) throws -> WireAnswer {
        try visitor.exchange(visitor.form(path, fields, []))
    }

    /// The fields of the forms of a page, as a browser would send them. The last form is the page's own; the one before it
    /// logs out and has nothing but the token.
    private static func fields(_ page: String) -> [(String, String)] {
        guard let form = page.split(separator: "<form").last else { return [] }
        var fields: [(String, String)] = []
        for tag in form.matches(of: /<input\b([^>]*)>/) {
            let attributes = attributes(tag.output.1)
            guard let name = attributes["name"], attributes["type"] != "submit" else { continue }
            if attributes["type"] == "checkbox", attributes["checked"] == nil { continue }
            fields.append((name, attributes["value"] ?? (attributes["type"] == "checkbox" ? "on" : "")))
        }
        return fields
    }

    private static func attributes(_ text: Substring) -> [String: String] {
        text.matches(of: /([a-z_-]+)(?:="([^"]*)")?/).reduce(into: [:]) {
            $0[String($1.output.1)] = $1.output.2.map { ShownForm.text($0) } ?? ""
        }
    }
}

extension [(String, String)] {
    /// Fills a field in, or leaves it out.
    mutating func set(_ name: String, _ value: String?) {
        removeAll { $0.0 == name }
        if let value { append((name, value)) }
    }
}
