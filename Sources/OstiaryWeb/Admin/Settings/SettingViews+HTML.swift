// SPDX-License-Identifier: Apache-2.0

extension SettingListView {
    var html: HTML {
        frame.adminPage(
            """
            \(when(isStoreAway, #"<p class="problem">\#(Self.storeAway)</p>"#))
            \(KeysetTable(
                caption: "Settings", columns: ["Setting", "Value", "Default", "Source"], rows: settings.map(row),
                next: nil, empty: "There are no settings.").html)
            """)
    }

    private func row(_ setting: AdminSetting) -> [HTML] {
        [
            """
            <a href="\(site: setting.path)"><code>\(setting.name)</code></a><span class="about">\(setting.help)</span>
            """,
            "\(isolated(setting.withUnit(setting.value)))", "\(setting.withUnit(setting.defaultValue))",
            "\(setting.source)\(when(setting.isPinned, " \(badge("pinned", "wrong"))"))",
        ]
    }
}

extension SettingView {
    var html: HTML {
        frame.adminPage(
            """
            \(when(setting.isLastKnown, #"<p class="problem">\#(SettingListView.storeAway)</p>"#))
            \(when(isOvertaken, overtaken))
            <div class="split">
            <div>
            \(setting.isPinned ? pinned : canChange ? form : value)
            </div>
            <aside class="card" aria-labelledby="about">
            <h2 id="about">About this setting</h2>
            <p>\(setting.help)</p>
            \(facts([
                ("Value", isolated(setting.withUnit(setting.value))), ("Source", "\(setting.source)"),
                ("Default", "\(setting.withUnit(setting.defaultValue))"), ("Type", "\(setting.type)"),
                ("Range", "\(setting.range.isEmpty ? "any" : setting.range)"),
                ("Last change", change(setting.changedAt, setting.changedBy)),
            ]))
            </aside>
            </div>
            \(history)
            """,
            problems: problems.others(than: ["value"]), skippingTo: canChange ? .contentOrForm : .content)
    }

    private func change(_ at: String?, _ by: String?) -> HTML {
        "\(TimeText(at)?.html ?? "never")\(with(by) { " by \(isolated($0))" })"
    }

    private var overtaken: HTML {
        """
        <p class="problem" role="alert">Nothing was changed: somebody else has changed this setting since you opened the page. It is now \(isolated(setting.withUnit(setting.value))); last change: \(change(setting.changedAt, setting.changedBy)). Your value is kept below; save again to replace the new one.</p>
        """
    }

    private var pinned: HTML {
        """
        <section class="card">
        <p>\(badge("pinned", "wrong")) The environment variable <code>OSTIARY_\(setting.name)</code> sets this value, so it cannot be changed here.</p>
        <p class="large">\(isolated(setting.withUnit(setting.value)))</p>
        </section>
        """
    }

    private var value: HTML {
        """
        <section class="card"><p class="large">\(isolated(setting.withUnit(setting.value)))</p></section>
        """
    }

    private var form: HTML {
        """
        <form class="card" id="form" tabindex="-1" method="post" action="\(site: setting.path)">
        \(frame.token)
        <input type="hidden" name="was" value="\(setting.value)">
        \(field.html)
        \(with(preview, consequence))
        <p class="buttons">
        \(isConfirming ? confirmation : #"<button name="do" value="save">Save</button>"#)
        \(when(setting.endsSessions, #"<button class="quiet" name="do" value="preview">Preview</button>"#))
        \(when(!setting.isDefault, #"<button class="quiet" name="do" value="unset">Use the default, \#(setting.withUnit(setting.defaultValue))</button>"#))
        </p>
        </form>
        """
    }

    private var confirmation: HTML {
        """
        <input type="hidden" name="confirmed" value="\(field.value)"><button class="send delete" name="do" value="save">Save, and end the sessions</button>
        """
    }

    private func consequence(_ preview: Preview) -> HTML {
        preview.count == 0
            ? #"<p class="hint">No session would end.</p>"#
            : #"<p class="problem" role="alert">\#(preview.words) older than that would end at once. Nothing is changed yet.</p>"#
    }

    private var history: HTML {
        """
        <section aria-labelledby="history">
        <h2 id="history">History</h2>
        \(KeysetTable(
            caption: "Changes of the setting", columns: ["Time", "Author", "Old value", "New value"],
            rows: setting.history.map { change in
                [
                    TimeText(change.at)?.html ?? "", isolated(change.actor), isolated(change.old.map(setting.withUnit) ?? "default"),
                    "\(isolated(change.new.map(setting.withUnit) ?? "default"))\(with(change.cause) { " (\(isolated($0.asWords)))" })",
                ]
            },
            next: nil, empty: "It has never been changed.").html)
        </section>
        """
    }
}

extension AdminSetting {
    /// True if the value comes from no place but the product.
    fileprivate var isDefault: Bool { source == "default" }
}
