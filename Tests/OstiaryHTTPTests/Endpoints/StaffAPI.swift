// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import OstiaryTestKit
import Testing

@testable import OstiaryCore
@testable import OstiaryHTTP

/// Endpoints of administrators on stores in memory, which judge by the rights in the storage.
struct StaffAPI {
    let api: TestAPI
    /// With the access token of `first@example.com`, the user 1.
    let headers: HTTPFields

    var storage: MemoryStorage { api.storage }

    private static let context = RequestContext.test(by: .operator("root"))

    /// - Parameters:
    ///   - permissions: those of the user, who is a member of the staff.
    ///   - endpoints: made on the storage.
    init(
        _ permissions: Set<Permission>, isSuperuser: Bool = false, _ endpoints: (MemoryStorage) -> [Endpoint]
    ) async throws {
        let storage = MemoryStorage()
        api = try TestAPI(on: storage, extra: endpoints(storage)) { demand, identity, context in
            let standing = try await storage.standing(
                of: identity.user.id, session: identity.token.sessionID, in: context)
            return standing.map { demand.verdict(of: $0.rights, identity, at: context.now) } ?? .denied
        }
        headers = [.authorization: "Bearer \(try await api.token())"]
        var change = AccountChange()
        (change.isStaff, change.isSuperuser, change.permissions) = (true, isSuperuser, permissions)
        _ = try await storage.change(id: 1, with: change, in: Self.context)
    }

    /// Adds an account with a session for each user agent.
    /// - Returns: the id of the account.
    func addUser(_ email: String, isSuperuser: Bool = false, userAgents: [String] = []) async throws -> User.ID {
        let account = #"{"email":"\#(email)","password":"securepassword"}"#
        _ = try await api.ask(.post, "/api/register/", json: account)
        for text in userAgents {
            _ = try await api.ask(.post, "/api/login/", headers: [.userAgent: text], json: account)
        }
        let address = try #require(EmailAddress(email))
        let user = try #require(try await storage.credential(email: address, in: Self.context)?.user)
        var change = AccountChange()
        change.isSuperuser = isSuperuser
        _ = try await storage.change(id: user.id, with: change, in: Self.context)
        return user.id
    }

    func ask(_ method: HTTPRequest.Method, _ path: String, json: String? = nil) async throws -> TestAPI.Answer {
        try await api.ask(method, path, headers: headers, json: json)
    }
}
