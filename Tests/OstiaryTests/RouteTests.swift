// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Ostiary
import OstiaryTesting
import Testing

/// Routes of an application behind `required` and `optional`.
@Suite struct RouteTests {
    /// An application's own context: it has room for an identity, and does not know the client's address.
    private struct OwnContext: IdentifiedRequestContext {
        var coreContext: CoreRequestContextStorage
        var identity: Identity?

        init(source: ApplicationRequestContextSource) { coreContext = .init(source: source) }
    }

    private func withRoutes(_ work: @escaping @Sendable (TestOstiary, any TestClientProtocol) async throws -> Void)
        async throws
    {
        let test = try await TestOstiary()
        let router = Router(context: OwnContext.self)
        test.ostiary.mount(on: router)
        for (path, security) in [("/own", .bearer), ("/fresh", .fresh), ("/staff", .staff())]
            as [(RouterPath, APIOperation.Security)]
        {
            router.group(path).add(middleware: test.ostiary.required(security)).get { _, context in
                try context.user.email
            }
        }
        router.group("/perhaps").add(middleware: test.ostiary.optional()).get { _, context in
            context.identity?.user.email ?? "nobody"
        }
        router.get("/forgotten") { _, context in try context.user.email }
        do {
            try await Hummingbird.Application(router: router).test(.router) { try await work(test, $0) }
        } catch {
            await test.end()
            throw error
        }
        await test.end()
    }

    private func ask(
        _ client: any TestClientProtocol, _ path: String, _ token: String?
    ) async throws -> (status: Int, body: String, challenge: String?) {
        let fields: HTTPFields = token.map { [.authorization: "Bearer \($0)"] } ?? [:]
        return try await client.execute(uri: path, method: .get, headers: fields) {
            ($0.status.code, String(buffer: $0.body), $0.headers[.wwwAuthenticate])
        }
    }

    @Test("a route asks for a token, a recent login, the staff")
    func required() async throws {
        try await withRoutes { test, client in
            let user = try await test.user("ada@example.com")
            let access = try await test.loginAs(user).accessToken
            #expect(try await ask(client, "/own", access).body == "ada@example.com")
            #expect(try await ask(client, "/fresh", access).status == 200)
            #expect(try await ask(client, "/staff", access).status == 403)
            let none = try await ask(client, "/own", nil)
            #expect(none.status == 401 && none.challenge == #"Bearer realm="api""#)
            let wrong = try await ask(client, "/own", "wrong")
            #expect(wrong.status == 401 && wrong.challenge == #"Bearer realm="api", error="invalid_token""#)
            test.clock.advance(seconds: 3_600)
            #expect(try await ask(client, "/own", access).status == 200)
            let stale = try await ask(client, "/fresh", access)
            #expect(
                stale.status == 403 && stale.body == #"{"detail":"Log in again: this request needs a recent login."}"#)
        }
    }

    @Test("a route may know its caller, and refuses a token that is not good")
    func optional() async throws {
        try await withRoutes { test, client in
            let access = try await test.loginAs(try await test.user("ada@example.com")).accessToken
            #expect(try await ask(client, "/perhaps", access).body == "ada@example.com")
            #expect(try await ask(client, "/perhaps", nil).body == "nobody")
            #expect(try await ask(client, "/perhaps", "wrong").status == 401)
        }
    }

    @Test("a route that forgets its middleware refuses everybody")
    func forgotten() async throws {
        try await withRoutes { test, client in
            let access = try await test.loginAs(try await test.user("ada@example.com")).accessToken
            #expect(try await ask(client, "/forgotten", access).status == 401)
        }
    }
}
