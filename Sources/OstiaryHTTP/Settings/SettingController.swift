// SPDX-License-Identifier: Apache-2.0

package import OstiaryCore

/// `/api/admin/settings/`, `/api/admin/settings/{id}/` and `/api/admin/settings/{id}/preview/`
package struct SettingController: Sendable {
    private let settings: SettingsService

    package init(settings: SettingsService) { self.settings = settings }

    /// The operations of the settings endpoints.
    package static let operations = [listing, showing, changing, unsetting, previewing]

    package var endpoints: [Endpoint] {
        [
            Endpoint(Self.listing, handler: list),
            Endpoint(Self.showing, handler: show),
            Endpoint(Self.changing, handler: change),
            Endpoint(Self.unsetting, handler: unset),
            Endpoint(Self.previewing, handler: preview),
        ]
    }

    private func list(_ call: Call, _ identity: Identity) async throws -> Answer {
        let reports = try await settings.list()
        return Answer { json in
            json.beginObject()
            json.key("results")
            json.beginArray()
            for report in reports { json.setting(report) }
            json.endArray()
            json.key("next")
            json.null()
            json.key("cut_short")
            json.bool(false)
            json.endObject()
        }
    }

    private func show(_ call: Call, _ identity: Identity) async throws -> Answer {
        try await answer(about: try name(in: call), in: call.context)
    }

    private func change(_ call: Call, _ identity: Identity) async throws -> Answer {
        let name = try name(in: call)
        var fields = try call.fields()
        let value = fields.text(Self.value)
        let seen = fields.text(Self.seen)
        try fields.check()
        guard let value, let seen else { throw Refusal.internalError }
        try await refusing(Self.value.name) {
            try await settings.set(name, to: value, was: seen, in: call.context)
        }
        return try await answer(about: name, in: call.context)
    }

    private func unset(_ call: Call, _ identity: Identity) async throws -> Answer {
        let name = try name(in: call)
        var parameters = call.parameters()
        let seen = parameters.text(Self.seenParameter)
        try parameters.check()
        guard let seen else { throw Refusal.internalError }
        try await refusing(Self.seenParameter.name) {
            try await settings.unset(name, was: seen, in: call.context)
        }
        return .nothing
    }

    private func preview(_ call: Call, _ identity: Identity) async throws -> Answer {
        let name = try name(in: call)
        var parameters = call.parameters()
        let value = parameters.text(Self.valueParameter)
        try parameters.check()
        guard let value else { throw Refusal.internalError }
        let count = try await refusing(Self.valueParameter.name) {
            try await settings.previewing(name, as: value, in: call.context)
        }
        return Answer { json in
            json.beginObject()
            json.key("sessions_ending")
            if let count { json.integer(Int64(count.count)) } else { json.null() }
            json.key("is_more")
            if let count { json.bool(count.isMore) } else { json.null() }
            json.endObject()
        }
    }

    private func name(in call: Call) throws -> String {
        guard let name = call.argument, settings.has(name) else { throw Refusal.notFound }
        return name
    }

    private func answer(about name: String, in context: RequestContext) async throws -> Answer {
        let (report, history) = try await settings.setting(name, in: context)
        return Answer { json in json.setting(report, history: history) }
    }

    /// - Parameter field: the field that a wrong value came in.
    @discardableResult
    private func refusing<Value>(_ field: String, _ work: () async throws -> Value) async throws -> Value {
        do {
            return try await work()
        } catch let conflict as SettingConflict {
            throw Refusal.changedMeanwhile(value: JSONValue(conflict.current), author: conflict.change?.actor)
        } catch let error as SettingError {
            switch error {
            case .pinned: throw Refusal.settingPinned
            case .unknown: throw Refusal.notFound
            case .wrongType, .outOfRange, .unusable, .duplicate:
                throw Refusal.field(field, code: "invalid", error.description)
            }
        }
    }
}

extension JSONWriter {
    /// - Parameter history: the changes of the setting; nil for a list, which has none.
    fileprivate mutating func setting(_ report: SettingReport, history: [AuditEntry]? = nil) {
        let setting = report.setting
        beginObject()
        let texts: [(String, String?)] = [
            ("name", setting.name), ("help", setting.help), ("type", setting.typeName), ("unit", setting.unit),
            ("default", setting.defaultText), ("minimum", setting.minimumText), ("maximum", setting.maximumText),
            ("value", report.value), ("source", report.source.rawValue),
        ]
        for (name, text) in texts { member(name, text) }
        key("is_pinned")
        bool(report.source == .pinned)
        member("changed_at", report.change?.at.iso8601)
        member("changed_by", report.change?.actor)
        if let history {
            key("history")
            beginArray()
            for entry in history {
                beginObject()
                member("at", entry.at.iso8601)
                member("actor", entry.actor)
                member("old", entry.changes.first?.old)
                member("new", entry.changes.first?.new)
                member("cause", entry.cause)
                endObject()
            }
            endArray()
        }
        endObject()
    }

    private mutating func member(_ name: String, _ text: String?) {
        key(name)
        if let text { string(text) } else { null() }
    }
}
