// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport

/// Changes by an administrator: each of them is there with its audit entry, or neither is.
extension CrashOperation {
    private static let root = "root@mail.example"

    /// Makes the administrator of these operations, and gives their setting a value that the server has heard of.
    /// - Parameter storage: the options that name the database.
    static func setUp(_ server: ServerProcess, _ storage: [String] = []) throws {
        let set = try server.command(["settings", "set", "AUDIT_RETENTION", "100"] + storage)
        guard set.exit == .code(0) else { throw Failure("not set: \(set)") }
        let result = try server.command(
            ["createsuperuser", "--email", root, "--noinput"] + storage,
            environment: ["OSTIARY_SUPERUSER_PASSWORD": WireClient.password])
        guard result.exit == .code(0) else { throw Failure("no superuser: \(result)") }
        let client = WireClient(port: server.port)
        let access = try client.tokens(root).access
        // The command's change reaches the server by its change feed, a moment later.
        let isHeard: Bool? = try waitUntil(10) { try client.value(of: "AUDIT_RETENTION", access) == 100 ? true : nil }
        guard isHeard == true else { throw Failure("the server has not heard of the setting") }
    }

    static let deactivation = CrashOperation(
        name: "deactivation", change: Rows(ended: 1, announced: 3, audited: 1), isAdministrative: true
    ) {
        client in
        let email = freshEmail()
        let id = try client.enrol(email)
        let tokens = try client.tokens(email)
        let access = try client.tokens(root).access
        return Attempt {
            try $0.administer("PUT", "users/\(id)/", "{\"is_active\":false}", access)
        } confirm: { side, _, client in
            try client.me(tokens.access).expect(side == .before ? 200 : 401, "the access token")
            try client.refresh(tokens.refresh).expect(side == .before ? 200 : 400, "the refresh token")
            try client.login(email).expect(side == .before ? 200 : 401, "a login")
        }
    }

    static let group = CrashOperation(name: "group", change: Rows(audited: 1, granted: 3), isAdministrative: true) {
        client in
        let name = freshEmail()
        let access = try client.tokens(root).access
        let json = "{\"name\":\"\(name)\",\"permissions\":[\"ostiary.view_user\",\"shop.view_order\"]}"
        return Attempt {
            try $0.administer("POST", "groups/", json, access)
        } confirm: { side, _, client in
            let again = try client.administer("POST", "groups/", json, access)
            try again.expect(side == .before ? 201 : 409, "the group again")
        }
    }

    static let setting = CrashOperation(
        name: "setting", change: Rows(announced: 1, audited: 1, set: 1), isAdministrative: true
    ) { client in
        let access = try client.tokens(root).access
        let was = try client.value(of: "AUDIT_RETENTION", access)
        return Attempt {
            try $0.administer(
                "PUT", "settings/AUDIT_RETENTION/", "{\"value\":\"\(was + 1)\",\"was\":\"\(was)\"}", access)
        } confirm: { side, _, client in
            let value = try client.value(of: "AUDIT_RETENTION", access)
            guard value == (side == .before ? was : was + 1) else { throw Failure("the value is \(value)") }
        }
    }
}

extension WireClient {
    fileprivate func administer(_ method: String, _ path: String, _ json: String, _ access: String) throws -> WireAnswer
    {
        try exchange(WireRequest(method, "/api/admin/\(path)", [("Authorization", "Bearer \(access)")], json: json))
    }

    fileprivate func value(of setting: String, _ access: String) throws -> Int {
        let answer = try exchange(
            WireRequest("GET", "/api/admin/settings/\(setting)/", [("Authorization", "Bearer \(access)")]))
        guard answer.status == 200, let value = answer.member("value").flatMap({ Int($0) }) else {
            throw Failure("no value: \(answer)")
        }
        return value
    }
}
