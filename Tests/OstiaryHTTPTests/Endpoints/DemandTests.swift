// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import OstiaryCore
import Synchronization
import Testing

@testable import OstiaryHTTP

@Suite("Demands beyond a token")
struct DemandTests {
    private static let staff = Rights(isActive: true, isStaff: true, isSuperuser: false, permissions: [.viewUser])

    private func identity(loggedInAt time: Timestamp?) -> Identity {
        Identity(
            user: User(id: 1, email: "a@b.example"),
            token: AccessToken(
                userID: 1, expiresAt: Timestamp(seconds: 9_000), issuedAt: nil, id: nil, sessionID: nil,
                authentication: time.map { Authentication(at: $0) }))
    }

    @Test(
        "rights decide, and a recent login is asked for only where they suffice",
        arguments: [
            (.staff(), staff, 0, true, false), (.staff(.viewUser), staff, 0, true, false),
            (.staff(.addUser), staff, 0, false, false), (.staff(.addUser, isFresh: true), staff, 601, false, false),
            (.staff(.viewUser, isFresh: true), staff, 600, true, false),
            (.staff(.viewUser, isFresh: true), staff, 601, false, true),
            (.staff(.viewUser, isFresh: true), staff, nil, false, true),
            (.staff(.deleteGroup), Rights(isActive: true, isStaff: true, isSuperuser: true), 0, true, false),
            (.staff(), Rights(isActive: true, isStaff: false, isSuperuser: true), 0, false, false),
            (.staff(), Rights(isActive: false, isStaff: true, isSuperuser: true), 0, false, false),
            (
                .permission(.viewUser),
                Rights(isActive: true, isStaff: false, isSuperuser: false, permissions: [.viewUser]), 0, true, false
            ),
            (.fresh, Rights(isActive: true, isStaff: false, isSuperuser: false), 600, true, false),
            (.fresh, Rights(isActive: true, isStaff: false, isSuperuser: false), 601, false, true),
        ] as [(APIOperation.Security, Rights, Int?, Bool, Bool)])
    func verdict(security: APIOperation.Security, rights: Rights, age: Int?, isMet: Bool, isTooOld: Bool) throws {
        let now = Timestamp(seconds: 5_000)
        let verdict = try #require(security.demand).verdict(
            of: rights, identity(loggedInAt: age.map { now.adding(seconds: -$0) }), at: now)
        #expect(verdict == (isMet ? .met(rights) : isTooOld ? .loginTooOld : .denied))
    }

    private static func operation(_ security: APIOperation.Security) -> APIOperation {
        APIOperation(
            .post, "/api/right/", name: "Right", security: security,
            about: .init("Do it", fields: [Field("a", .text, example: "b", help: "A.")]))
    }

    @Test("a demand is judged after the credentials and before the body, and met by nobody unless the server says so")
    func order() async throws {
        let asked = Mutex(0)
        let endpoint = Endpoint(Self.operation(.staff(.viewUser, isFresh: true))) { call, _ in
            Answer { $0.string(call.rights?.permissions.map(\.rawValue).joined() ?? "none") }
        }
        for (verdict, status, body) in [
            (DemandVerdict.denied, 403, #"{"detail":"You do not have permission to perform this action."}"#),
            (.loginTooOld, 403, #"{"detail":"Log in again: this request needs a recent login."}"#),
            (.met(Self.staff), 200, #""ostiary.view_user""#),
        ] {
            let api = try TestAPI(
                extra: [endpoint],
                judge: { demand, identity, _ in
                    asked.withLock { $0 += 1 }
                    return demand.permission == .viewUser && identity.user.id == 1 ? verdict : .denied
                })
            let token = try await api.token()
            let headers: HTTPFields = [.authorization: "Bearer \(token)"]
            asked.withLock { $0 = 0 }
            #expect(try await api.ask(.post, "/api/right/", json: "{").status == 401)
            #expect(try await api.ask(.get, "/api/right/", headers: headers).status == 405)
            #expect(try await api.ask(.options, "/api/right/").status == 200)
            #expect(asked.withLock { $0 } == 0)
            let answer = try await api.ask(.post, "/api/right/", headers: headers, json: #"{"a":"b"}"#)
            #expect(answer.status == status && answer.body == body)
            let broken = try await api.ask(.post, "/api/right/", headers: headers, json: "{").status
            #expect(broken == (status == 403 ? 403 : 400))
        }
        let nobody = try TestAPI(extra: [endpoint])
        let token = try await nobody.token()
        let headers: HTTPFields = [.authorization: "Bearer \(token)", .accept: "application/problem+json"]
        #expect(
            try await nobody.ask(.post, "/api/right/", headers: headers).body.contains(#""code":"permission_denied""#))
    }

    @Test("a handler gets no rights where nothing is demanded")
    func noRights() async throws {
        let api = try TestAPI(
            extra: [Endpoint(Self.operation(.bearer)) { call, _ in Answer { $0.bool(call.rights == nil) } }],
            judge: { _, _, _ in .met(Self.staff) })
        let token = try await api.token()
        #expect(try await api.ask(.post, "/api/right/", headers: [.authorization: "Bearer \(token)"]).body == "true")
    }

    @Test("OPTIONS and the list of errors tell the demand")
    func told() async throws {
        let api = try TestAPI(extra: [Endpoint(Self.operation(.staff(.viewUser))) { _, _ in .nothing }])
        let options = try await api.ask(.options, "/api/right/").body
        #expect(
            options.hasSuffix(#","demands":{"POST":{"staff":true,"permission":"ostiary.view_user","fresh":false}}}"#))
        #expect(try await !api.ask(.options, "/api/me/").body.contains("demands"))
        func codes(_ security: APIOperation.Security) -> [ErrorCode] {
            Self.operation(security).errors.filter { $0 == .permissionDenied || $0 == .freshLoginRequired }
        }
        #expect(codes(.bearer).isEmpty && codes(.fresh) == [.freshLoginRequired])
        #expect(codes(.staff()) == [.permissionDenied] && codes(.permission(.viewUser)) == [.permissionDenied])
        #expect(codes(.staff(.viewUser, isFresh: true)) == [.permissionDenied, .freshLoginRequired])
    }

    @Test("a demand in words")
    func sentence() throws {
        #expect(
            try #require(APIOperation.Security.staff().demand).sentence == "The user must be a member of the staff.")
        #expect(
            try #require(APIOperation.Security.staff(.viewUser, isFresh: true).demand).sentence
                == "The user must be a member of the staff, have the permission `ostiary.view_user` and have logged in within the last 10 minutes."
        )
        #expect(APIOperation.Security.bearer.demand == nil && APIOperation.Security.public.demand == nil)
    }
}
