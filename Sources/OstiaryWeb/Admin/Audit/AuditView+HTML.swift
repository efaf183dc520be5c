// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

extension AuditView {
    var html: HTML {
        frame.adminPage(
            """
            <form class="card filters" method="get" action="\(site: path)" role="search" aria-label="Audit log">
            <div class="grid">\(each(filters, \.html))</div>
            <p class="buttons"><button>Show</button>\(when(!query.isEmpty(), #"<a href="\#(site: path)">Show all</a>"#))</p>
            </form>
            \(table.html)
            """,
            problems: problems.others(than: filters.map(\.name)))
    }

    private var path: String { AdminSection.audit.path }

    private var table: KeysetTable {
        KeysetTable(
            caption: "Entries of the audit log", columns: ["Time", "Event", "Account", "Author", "Network", "Details"],
            rows: entries.map(row), next: next.map { path.asking(query.text(at: $0)) },
            first: query.cursor == nil ? nil : path.asking(query.text(at: nil)), isCutShort: isCutShort,
            empty: query.isEmpty() ? "Nothing has happened yet." : "No entries match these filters.")
    }

    private func row(_ entry: AdminEntry) -> [HTML] {
        [
            TimeText(entry.at)?.html ?? "",
            "\(entry.event.asWords)\(when(entry.count != 1, " \(badge("× \(entry.count.grouped)", "wrong"))"))",
            with(entry.user) { account($0, name: String($0)) },
            entry.actorID.map { account($0, name: entry.actor) } ?? isolated(entry.actor),
            with(entry.network) { isolated($0) }, details(entry),
        ]
    }

    private func account(_ id: Int64, name: String) -> HTML {
        own.allows(.viewUser)
            ? #"<a href="\#(site: "\(AdminSection.users.path)\(id)/")">\#(isolated(name))</a>"# : isolated(name)
    }

    private func details(_ entry: AdminEntry) -> HTML {
        let further: [(String, String?)] = [
            ("Cause", entry.cause), ("Object", entry.object), ("Session", entry.session), ("Request", entry.request),
        ]
        return """
            \(when(!entry.changes.isEmpty, "<ul class=\"changes\">\(each(entry.changes, change))</ul>"))
            \(when(further.contains { $0.1 != nil }, "<details><summary>More</summary>\(facts(further.compactMap { name, value in value.map { (name, isolated($0)) } }))</details>"))
            """
    }

    private func change(_ change: AdminEntry.Change) -> HTML {
        """
        <li><b>\(isolated(change.name))</b> \(value(change.old)) <span aria-hidden="true">→</span><span class="hidden">became</span> \(value(change.new))</li>
        """
    }

    private func value(_ text: String?) -> HTML { text.map(isolated) ?? #"<span class="soft">none</span>"# }
}
