// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import OstiaryTestKit
import Testing

@testable import OstiaryCore
@testable import OstiaryHTTP

@Suite("Endpoints of the overview and of the own rights")
struct OverviewControllerTests {
    private let fault = Condition.Fault(level: "warning", code: "low_space", text: "\"Only\" 1 MiB", advice: "Free it.")

    @Test("the overview tells parts, address, faults and 24 hours")
    func overview() async throws {
        let staff = try await StaffAPI([]) { storage in
            OverviewController(logins: LoginStatistics(audit: storage)) { [fault] _ in
                Condition(
                    database: "ok", settingsStore: "degraded: x", changes: "ok", throttling: "off", faults: [fault])
            }.endpoints
        }
        let answer = try await staff.ask(.get, "/api/admin/overview/")
        #expect(answer.status == 200)
        #expect(
            answer.body.hasPrefix(
                #"{"database":"ok","settings_store":"degraded: x","changes":"ok","throttling":"off","address":null,"#
                    + #""findings":[{"level":"warning","code":"low_space","text":"\"Only\" 1 MiB","advice":"Free it."}],"#
                    + #""hours":[{"start":"#), "\(answer.body)")
        #expect(answer.body.split(separator: #"{"start":"#).count == 25)
        #expect(answer.body.contains(#"Z","logged_in":1,"refused":0}"#), "\(answer.body)")
        #expect(answer.body.hasSuffix(#"}],"cut_short":false}"#), "\(answer.body)")
    }

    @Test("own rights are those of the account and its groups; a superuser has all")
    func rights() async throws {
        let clerk = try await StaffAPI([.viewUser, Permission(rawValue: "shop.view_order")]) { _ in
            OwnRightsController().endpoints
        }
        let answer = try await clerk.ask(.get, "/api/admin/me/")
        #expect(answer.status == 200)
        #expect(answer.body.hasPrefix(#"{"user":{"id":1,"email":"first@example.com","#), "\(answer.body)")
        #expect(
            answer.body.contains(
                #","is_superuser":false,"permissions":["ostiary.view_user","shop.view_order"],"authenticated_at":"20"#),
            "\(answer.body)")
        #expect(answer.body.hasSuffix(#","is_fresh":true}"#), "\(answer.body)")
        let root = try await StaffAPI([], isSuperuser: true) { _ in OwnRightsController().endpoints }
        let all = try await root.ask(.get, "/api/admin/me/").body
        #expect(all.contains(#","is_superuser":true,"permissions":["ostiary.view_user","#))
        #expect(Permission.all.allSatisfy { all.contains("\"\($0)\"") }, "\(all)")
    }
}
