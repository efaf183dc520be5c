// SPDX-License-Identifier: Apache-2.0

/// `/admin/settings/`: all settings.
struct SettingListView {
    let frame: Frame
    let settings: [AdminSetting]

    /// True if values are the last that could be read from the store.
    var isStoreAway: Bool { settings.contains(where: \.isLastKnown) }

    static let storeAway = """
        The store of the settings cannot be reached right now, or holds a value that is not valid. What stands here was read \
        last, and changes may not be possible.
        """
}

/// `/admin/settings/{NAME}/`: one setting.
struct SettingView {
    /// The sessions that would end.
    struct Preview {
        let count: Int
        let isMore: Bool

        var words: String { isMore ? "More than \(count.counted("session"))" : count.counted("session") }
    }

    let frame: Frame
    let setting: AdminSetting
    let canChange: Bool
    /// The value that the visitor typed; nil if none was sent.
    let typed: String?
    let preview: Preview?
    /// True if the next press of the button changes the setting whatever that ends.
    let isConfirming: Bool
    /// True if somebody else has changed the setting since the page was opened.
    let isOvertaken: Bool
    let problems: FormProblems

    var field: FieldView {
        let flags = [(value: "true", name: "On"), ("false", "Off")]
        return FieldView(
            name: "value", label: setting.unit.isEmpty ? "Value" : "Value in \(setting.unit)",
            kind: setting.isFlag ? .choice(flags) : .text, value: typed ?? setting.value,
            help: setting.range.isEmpty ? "" : "From \(setting.range).", problems: problems["value"], isRequired: true,
            isFocused: typed != nil)
    }
}
