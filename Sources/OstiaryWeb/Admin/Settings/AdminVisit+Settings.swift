// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import OstiaryCore
import OstiaryHTTP

extension AdminVisit {
    /// `/admin/settings/`.
    mutating func settings() async throws -> OutgoingResponse {
        let document = try await read(AdminAPI.settings)
        let view = SettingListView(
            frame: frame.heading("Settings"), settings: document.objects("results").map(AdminSetting.init))
        return show(view.html)
    }

    /// `/admin/settings/{NAME}/`.
    mutating func setting(_ name: String) async throws -> OutgoingResponse {
        let setting = AdminSetting(try await read(AdminAPI.setting(name)))
        guard let form else { return try await settingPage(setting) }
        try demand(.changeSetting)
        let was = form["was"] ?? ""
        switch form["do"] {
        case "unset":
            let reply = await ask(.delete, AdminAPI.setting(name).asking("was=\(percentEncoded(was))"))
            return try await outcome(of: reply, setting, typed: nil, AdminNotice(.settingUnset))
        case "preview":
            let typed = form["value"] ?? ""
            let (preview, problems) = await preview(name, typed)
            return try await settingPage(setting, typed: typed, preview: preview, problems: problems ?? .none)
        default:
            let typed = form["value"] ?? ""
            if setting.endsSessions, form["confirmed"]?.hasSameBytes(as: typed) != true {
                let (preview, problems) = await preview(name, typed)
                if preview.map({ $0.count > 0 }) ?? (problems != nil) {
                    return try await settingPage(
                        setting, typed: typed, preview: preview, isConfirming: preview != nil,
                        problems: problems ?? .none)
                }
            }
            let reply = await ask(.put, AdminAPI.setting(name), ["value": .init(typed), "was": .init(was)])
            return try await outcome(of: reply, setting, typed: typed, AdminNotice(.settingSaved))
        }
    }

    private func outcome(
        of reply: AdminReply, _ setting: AdminSetting, typed: String?, _ notice: AdminNotice
    ) async throws -> OutgoingResponse {
        if reply.isDone { return leave(to: setting.path, notice) }
        if reply.code.hasSameBytes(as: "changed_meanwhile") {
            let now = AdminSetting(try await read(AdminAPI.setting(setting.name)))
            return try await settingPage(now, typed: typed, isOvertaken: true, status: .conflict)
        }
        guard reply.isOfForm else { throw AdminRefusal(reply: reply) }
        return try await settingPage(setting, typed: typed, problems: reply.problems, status: reply.status)
    }

    private func settingPage(
        _ setting: AdminSetting, typed: String? = nil, preview: SettingView.Preview? = nil, isConfirming: Bool = false,
        isOvertaken: Bool = false, problems: FormProblems = .none, status: HTTPResponse.Status = .ok
    ) async throws -> OutgoingResponse {
        let here = Crumb(crumbName: setting.name, crumbLink: setting.path, isHere: true)
        let view = SettingView(
            frame: frame.titled(setting.name, below: here), setting: setting, canChange: own.allows(.changeSetting),
            typed: typed, preview: preview, isConfirming: isConfirming,
            isOvertaken: isOvertaken, problems: problems)
        return show(view.html, problems.isEmpty || status != .ok ? status : .badRequest)
    }

    /// The sessions that a value would end, or the reasons why it is none.
    private func preview(_ name: String, _ value: String) async -> (SettingView.Preview?, FormProblems?) {
        let reply = await ask(.get, AdminAPI.preview(of: name, value))
        guard reply.isDone else { return (nil, reply.problems) }
        let count = reply.document.number("sessions_ending").map { Int($0) }
        return (count.map { SettingView.Preview(count: $0, isMore: reply.document.flag("is_more")) }, nil)
    }
}
