// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

extension UserListView {
    var html: HTML {
        frame.adminPage(
            """
            \(filterForm)
            \(actions.isEmpty || users.isEmpty ? table.html : actionForm)
            """,
            actions: when(
                canAdd, #"<a class="button" href="\#(site: "\(AdminSection.users.path)add/")">Add an account</a>"#),
            problems: problems.others(than: filters.map(\.name)))
    }

    private var filterForm: HTML {
        let path = AdminSection.users.path
        return """
            <form class="card filters" method="get" action="\(site: path)" role="search" aria-label="Accounts">
            <div class="grid">\(each(filters, \.html))</div>
            \(when(!query["order"].isEmpty, #"<input type="hidden" name="order" value="\#(query["order"])">"#))
            <p class="buttons"><button>Show</button>\(when(!query.isEmpty(), #"<a href="\#(site: path)">Show all</a>"#))</p>
            </form>
            """
    }

    private var actionForm: HTML {
        """
        <form method="post" action="\(site: "\(AdminSection.users.path)actions/")">
        \(frame.token)
        <input type="hidden" name="matching" value="\(query.matching)">
        \(table.html)
        <fieldset class="bulk">
        <legend>With several accounts</legend>
        <div class="field"><label for="bulk-scope">Accounts</label>
        <select id="bulk-scope" name="scope"><option value="ids">Those selected above</option><option value="all">\(query.isEmpty() ? "All of this server" : "All that match the filters")</option></select></div>
        <div class="field"><label for="bulk-action">Action</label>
        <select id="bulk-action" name="action">\(each(actions) { #"<option value="\#($0.rawValue)">\#($0.name)</option>"# })</select></div>
        <button class="quiet">Go on</button>
        <p class="help">The next page says how many accounts there are, and asks you to confirm.</p>
        </fieldset>
        </form>
        """
    }

    private var table: KeysetTable {
        let path = AdminSection.users.path
        return KeysetTable(
            caption: "Accounts", columns: columns, rows: users.map(row),
            next: next.map { path.asking(query.text(at: $0)) },
            first: query.cursor == nil ? nil : path.asking(query.text(at: nil)), isCutShort: isCutShort,
            empty: query.isEmpty() ? "There are no accounts." : "No accounts match these filters.",
            canTickAll: !actions.isEmpty)
    }

    private func row(_ user: AdminUser) -> [HTML] {
        let box: HTML = """
            <label class="tick"><input type="checkbox" name="ids" value="\(String(user.id))"><span class="hidden">Select \(isolated(user.email))</span></label><input type="hidden" name="label.\(String(user.id))" value="\(user.email)">
            """
        return [
            ticked(when(!actions.isEmpty, box), #"<a href="\#(site: user.path)">\#(isolated(user.email))</a>"#),
            "\(String(user.id))", isolated(user.names), user.marks,
            TimeText(user.lastLogin)?.html ?? #"<span class="soft">never</span>"#,
        ]
    }
}

extension AdminUser {
    /// The flags that are worth seeing.
    var marks: HTML {
        """
        \(when(!isActive, badge("inactive", "wrong")))\(when(isStaff, badge("staff", "moved")))\(when(isSuperuser, badge("superuser", "good")))
        """
    }

    var status: HTML { "\(when(isActive, badge("active")))\(marks)" }
}
