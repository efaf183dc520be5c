// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

/// The state of the server as the API describes it.
struct AdminOverview: Sendable {
    struct Finding: Sendable {
        let level: String
        let code: String
        let text: String
        let advice: String
    }

    /// The numbers of one hour.
    struct Hour: Sendable {
        let start: String
        let loggedIn: Int
        let refused: Int

        /// Numbers above a milliard count as one, so that sums of a day and places in a drawing are always numbers.
        init(start: String, loggedIn: Int, refused: Int) {
            self.start = start
            self.loggedIn = min(max(loggedIn, 0), 1_000_000_000)
            self.refused = min(max(refused, 0), 1_000_000_000)
        }
    }

    let services: [(name: String, state: ServiceState)]
    let address: String?
    let findings: [Finding]
    let hours: [Hour]
    /// True if there were too many entries to count those of the older hours.
    let isCutShort: Bool

    init(_ object: JSONObject) {
        services = [
            ("Database", "database"), ("Settings store", "settings_store"), ("Change feed", "changes"),
            ("Throttling", "throttling"),
        ].map { ($0.0, ServiceState(object.text($0.1))) }
        address = object.optionalText("address")
        findings = object.objects("findings").map { finding in
            Finding(
                level: finding.text("level"), code: finding.text("code"), text: finding.text("text"),
                advice: finding.text("advice"))
        }
        isCutShort = object.flag("cut_short")
        hours = object.objects("hours").map { hour in
            Hour(
                start: hour.text("start"), loggedIn: Int(hour.number("logged_in") ?? 0),
                refused: Int(hour.number("refused") ?? 0))
        }
    }
}

/// The state of a part that the server depends on, in the words of the readiness check.
struct ServiceState: Sendable {
    let text: String

    init(_ text: String) { self.text = text }

    var isGood: Bool { ["off", ""].contains { text.hasSameBytes(as: $0) } || text.hasBytePrefix("ok") }
}
