// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import OstiaryCore
import OstiaryHTTP
import OstiaryTestSupport
import Testing

@testable import OstiaryServer

extension EndToEnd {
    /// Every path of the administration is asked by every kind of person.
    @Suite struct RouteRoles {
        /// A request with the answers that are expected. It changes nothing even where it is answered, so that each person
        /// can send it.
        private struct Row {
            /// As in `GET /api/admin/users/{id}/`.
            var operation: String
            var needs: AdminNeed
            var isFresh = false
            /// The text in the place of `{id}`; nil for the id of a user without rights.
            var id: String?
            var query = ""
            var json: String?
            /// The status for those who meet the need: not always 200, since a request may be wrong on purpose.
            var status = 200

            init(
                _ operation: String, _ needs: AdminNeed, isFresh: Bool = false, id: String? = nil, query: String = "",
                _ json: String? = nil, _ status: Int = 200
            ) {
                (self.operation, self.needs, self.isFresh, self.id) = (operation, needs, isFresh, id)
                (self.query, self.json, self.status) = (query, json, status)
            }
        }

        private static let nobody = "999999999"
        private static let noSession = "c1f3a9d0-52b4-8e76-31ab-60d9f7e2845c"
        private static let setting = "ACCESS_TOKEN_LIFETIME"

        private static func action(_ name: String) -> String { #"{"action":"\#(name)","ids":[\#(nobody)]}"# }

        /// The expected answers to requests of the API.
        private static let table: [Row] = [
            Row("GET /api/admin/users/", .permission(.viewUser)),
            Row("POST /api/admin/users/", .permission(.addUser), isFresh: true, "{}", 400),
            Row("GET /api/admin/users/matching/", .permission(.viewUser)),
            Row("POST /api/admin/users/actions/", .permission(.changeUser), isFresh: true, action("activate")),
            Row("POST /api/admin/users/actions/", .permission(.changeUser), isFresh: true, action("deactivate")),
            Row("POST /api/admin/users/actions/", .permission(.deleteUser), isFresh: true, action("delete")),
            Row("POST /api/admin/users/actions/", .permission(.deleteSession), isFresh: true, action("end_sessions")),
            Row(
                "POST /api/admin/users/actions/", .permissions([.deleteUser, .viewUser]), isFresh: true,
                #"{"action":"delete","matching":"search=nobody@","confirm":0}"#),
            Row("GET /api/admin/users/{id}/", .permission(.viewUser)),
            Row("PUT /api/admin/users/{id}/", .permission(.changeUser), #"{"username":""}"#),
            Row(
                "PUT /api/admin/users/{id}/", .permission(.changeUser), isFresh: true, #"{"groups":[\#(nobody)]}"#, 400),
            Row("DELETE /api/admin/users/{id}/", .permission(.deleteUser), isFresh: true, id: nobody, nil, 404),
            Row("POST /api/admin/users/{id}/password/", .permission(.changeUser), isFresh: true, "{}", 400),
            Row("GET /api/admin/sessions/", .permission(.viewSession)),
            Row("DELETE /api/admin/sessions/{id}/", .permission(.deleteSession), id: noSession, nil, 404),
            Row(
                "POST /api/admin/sessions/actions/", .permission(.deleteSession),
                #"{"action":"end","ids":["\#(noSession)"]}"#),
            Row(
                "POST /api/admin/sessions/actions/", .permission(.deleteSession), #"{"action":"end","user":\#(nobody)}"#
            ),
            Row("GET /api/admin/settings/", .permission(.viewSetting)),
            Row("GET /api/admin/settings/{id}/", .permission(.viewSetting), id: setting),
            Row(
                "PUT /api/admin/settings/{id}/", .permission(.changeSetting), id: setting, #"{"value":2,"was":1}"#, 409),
            Row(
                "DELETE /api/admin/settings/{id}/", .permission(.changeSetting), id: setting, query: "?was=1", nil, 409),
            Row("GET /api/admin/settings/{id}/preview/", .permission(.changeSetting), id: setting, query: "?value=1"),
            Row("GET /api/admin/groups/", .permission(.viewGroup)),
            Row("POST /api/admin/groups/", .permission(.addGroup), isFresh: true, "{}", 400),
            Row("GET /api/admin/groups/{id}/", .permission(.viewGroup), id: nobody, nil, 404),
            Row("PUT /api/admin/groups/{id}/", .permission(.changeGroup), isFresh: true, id: nobody, "{}", 404),
            Row("DELETE /api/admin/groups/{id}/", .permission(.deleteGroup), isFresh: true, id: nobody, nil, 404),
            Row("GET /api/admin/audit/", .permission(.viewAudit)),
            Row("GET /api/admin/overview/", .staff),
            Row("GET /api/admin/me/", .staff),
            Row("GET /api/admin/setup/", .nothing),
            Row("POST /api/admin/setup/", .nothing, "{}", 400),
        ]

        @Test("the table has every operation of the administration, and no other")
        func complete() {
            let operations = API.operations.filter { $0.path.hasPrefix("/api/admin/") }
                .map { "\($0.method.rawValue) \($0.path)" }
            #expect(Set(Self.table.map(\.operation)) == Set(operations), "add a row to the table")
        }

        @Test("every operation answers those who may ask, and refuses all others")
        func routes() throws {
            let server = try ServerProcess()
            let people = try AdminPeople(on: server)
            let client = WireClient(port: server.port)
            let before = try server.audited().last?.id ?? 0
            var requests = 0
            for row in Self.table {
                let parts = row.operation.split(separator: " ").map(String.init)
                let path = parts[1].replacing("{id}", with: row.id ?? "\(people.subject.id)") + row.query
                for role in AdminRole.all {
                    let answer = try client.ask(parts[0], path, row.json, as: people.tokens[role]?.access)
                    let refusal = role.refusal(by: row.needs, isFresh: row.isFresh)
                    let status = refusal.map { $0 == "not_authenticated" ? 401 : 403 } ?? row.status
                    let told = "\(row.operation) \(row.json ?? "") by \(role): \(answer)"
                    #expect(answer.status == status, "\(told)")
                    if let refusal { #expect(answer.member("code") == refusal, "\(told)") }
                    requests += 1
                    guard parts[0] == "GET" else { continue }
                    let head = try client.ask("HEAD", path, as: people.tokens[role]?.access)
                    #expect(head.status == status, "HEAD \(told)")
                }
            }
            figure("requests of all roles to all paths of the administration", requests)
            #expect(try server.audited().filter { $0.id > before }.isEmpty, "no request of the table changes anything")
            #expect(server.isRunning && !server.output.contains("unexpected error"), "\(server.output.suffix(2_000))")
        }
    }
}
