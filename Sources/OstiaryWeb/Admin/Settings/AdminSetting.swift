// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

/// A setting as the API describes it to administrators.
struct AdminSetting: Sendable {
    /// A change of the past.
    struct Change: Sendable {
        let at: String?
        let actor: String
        let old: String?
        let new: String?
        /// The reason of a change that nobody asked for; nil for others.
        let cause: String?
    }

    let name: String
    let help: String
    let type: String
    let unit: String
    let defaultValue: String
    let minimum: String
    let maximum: String
    let value: String
    /// The place that the value comes from: the store, the environment, the default.
    let source: String
    /// True if the environment sets the value, so that it cannot be changed here.
    let isPinned: Bool
    let changedAt: String?
    let changedBy: String?
    let history: [Change]

    init(_ object: JSONObject) {
        name = object.text("name")
        help = object.text("help")
        type = object.text("type")
        unit = object.text("unit")
        defaultValue = object.words("default") ?? ""
        minimum = object.words("minimum") ?? ""
        maximum = object.words("maximum") ?? ""
        value = object.words("value") ?? ""
        source = object.text("source")
        isPinned = object.flag("is_pinned")
        changedAt = object.optionalText("changed_at")
        changedBy = object.optionalText("changed_by")
        history = object.objects("history").map { change in
            Change(
                at: change.optionalText("at"), actor: change.text("actor"), old: change.words("old"),
                new: change.words("new"), cause: change.optionalText("cause"))
        }
    }

    var isFlag: Bool { ["bool", "boolean"].contains { type.hasSameBytes(as: $0) } }

    /// True for the setting whose change ends sessions.
    var endsSessions: Bool { name.hasSameBytes(as: "SESSION_MAX_LIFETIME") }

    /// True if the value is the last that could be read from the store.
    var isLastKnown: Bool { source.hasSameBytes(as: "last known") }

    var path: String { "\(AdminSection.settings.path)\(name)/" }

    /// A value with its unit; a long time also in larger units.
    func withUnit(_ value: String) -> String {
        if isFlag { return value.hasSameBytes(as: "true") ? "on" : "off" }
        guard !unit.isEmpty, !value.isEmpty else { return value }
        let larger = unit.hasSameBytes(as: "s") ? Int64(id: value).flatMap(Self.duration) : nil
        return "\(value) \(unit)" + (larger.map { " (\($0))" } ?? "")
    }

    /// - Returns: the time in the largest unit that divides it; nil for less than two minutes.
    private static func duration(_ seconds: Int64) -> String? {
        guard seconds >= 120 else { return nil }
        for (length, name) in [(86_400, "day"), (3_600, "hour"), (60, "minute")] as [(Int64, String)] {
            if seconds.isMultiple(of: length) { return (seconds / length).counted(name) }
        }
        return nil
    }

    /// The valid values in words; empty for a setting without limits.
    var range: String {
        guard !isFlag, !minimum.isEmpty || !maximum.isEmpty else { return "" }
        return "\(minimum) to \(maximum) \(unit)"
    }
}
