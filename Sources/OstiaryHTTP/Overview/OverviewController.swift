// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
package import OstiaryCore

/// `GET /api/admin/overview/`: the condition of the server and the logins of a day, for administrators.
package struct OverviewController: Sendable {
    private let logins: LoginStatistics
    private let condition: @Sendable (Timestamp) async -> Condition

    /// - Parameter condition: called for each request with its time.
    package init(logins: LoginStatistics, condition: @escaping @Sendable (Timestamp) async -> Condition) {
        self.logins = logins
        self.condition = condition
    }

    private static let showing = APIOperation(
        .get, "/api/admin/overview/", name: "Overview", operationID: "getOverview", security: .staff(),
        about: .init(
            "Show the condition of the server",
            """
            Tells about the parts of the server, the faults of its installation, and the logins of the last \
            \(LoginStatistics.hours) hours. Faults and logins are read at most once a minute.
            """,
            tag: .administration, successes: [Success("The overview.", shape)]),
        parsers: [])

    /// The operations of the endpoint.
    package static let operations = [showing]

    package var endpoints: [Endpoint] { [Endpoint(Self.showing) { call, _ in try await show(call) }] }

    private func show(_ call: Call) async throws -> Answer {
        let logins = try await logins.lastHours(in: call.context)
        let condition = await condition(call.context.now)
        return Answer { json in
            json.beginObject()
            for (name, text) in [
                ("database", condition.database), ("settings_store", condition.settingsStore),
                ("changes", condition.changes), ("throttling", condition.throttling),
                ("address", call.context.origin.address?.description),
            ] {
                json.key(name)
                json.optional(text)
            }
            json.key("findings")
            json.beginArray()
            for fault in condition.faults { json.fault(fault) }
            json.endArray()
            json.key("hours")
            json.beginArray()
            for hour in logins.hours { json.hour(hour) }
            json.endArray()
            json.key("cut_short")
            json.bool(logins.isCutShort)
            json.endObject()
        }
    }

    private static let shape = Shape.object(
        name: "Overview",
        [
            Property("database", example: "ok", help: "A note on the database, for people."),
            Property("settings_store", example: "ok", help: "A note on the store of the settings."),
            Property("changes", example: "ok", help: "A note on the feed by which servers learn of changes."),
            Property("throttling", example: "ok", help: "A note on the budgets that limit requests."),
            Property(
                "address", isNullable: true, example: "192.0.2.1",
                help: """
                    Your address as the server sees it. If it is that of a proxy, `--trusted-hops` is wrong; null on a \
                    unix socket without a proxy.
                    """),
            Property(
                "findings",
                .array(
                    of: .object(
                        name: "Finding",
                        [
                            Property("level", example: "warning", help: "`error` or `warning`."),
                            Property("code", example: "plain_http", help: "The kind of fault."),
                            Property(
                                "text", example: "Passwords and tokens travel in plain text.", help: "The fault."),
                            Property("advice", example: "Give the server a certificate.", help: "The remedy."),
                        ])),
                help: "The faults that `ostiary check --deploy` finds while the server runs."),
            Property(
                "hours",
                .array(
                    of: .object(
                        name: "LoginHour",
                        [
                            Property(
                                "start", format: "date-time", example: "2026-01-01T12:00:00Z",
                                help: "The beginning of the hour."),
                            Property("logged_in", .integer, example: "17", help: "The number of logins."),
                            Property(
                                "refused", .integer, example: "3", help: "The number of refused and throttled logins."),
                        ])),
                help: "The last \(LoginStatistics.hours) hours, the oldest first; the last one has not ended."),
            Property(
                "cut_short", .boolean, example: "false",
                help: "True if there are so many entries that some of the older hours were not counted."),
        ])
}

/// The condition of the server, as administrators see it.
package struct Condition: Sendable {
    /// A fault of the installation, with its remedy.
    package struct Fault: Sendable {
        /// `error` or `warning`.
        package var level: String
        package var code: String
        package var text: String
        package var advice: String

        package init(level: String, code: String, text: String, advice: String) {
            self.level = level
            self.code = code
            self.text = text
            self.advice = advice
        }
    }

    // Short notes for people, as the readiness check gives them.

    package var database: String
    package var settingsStore: String
    package var changes: String
    package var throttling: String
    package var faults: [Fault]

    package init(database: String, settingsStore: String, changes: String, throttling: String, faults: [Fault]) {
        self.database = database
        self.settingsStore = settingsStore
        self.changes = changes
        self.throttling = throttling
        self.faults = faults
    }
}

extension JSONWriter {
    fileprivate mutating func fault(_ fault: Condition.Fault) {
        beginObject()
        for (name, text) in [
            ("level", fault.level), ("code", fault.code), ("text", fault.text), ("advice", fault.advice),
        ] {
            key(name)
            string(text)
        }
        endObject()
    }

    fileprivate mutating func hour(_ hour: LoginHour) {
        beginObject()
        key("start")
        string(hour.start.iso8601)
        key("logged_in")
        integer(Int64(hour.loggedIn))
        key("refused")
        integer(Int64(hour.refused))
        endObject()
    }
}
