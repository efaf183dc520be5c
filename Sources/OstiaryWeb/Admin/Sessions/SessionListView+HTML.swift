// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

extension SessionListView {
    var html: HTML {
        frame.adminPage(
            """
            <form class="card filters" method="get" action="\(site: path)" role="search" aria-label="Sessions">
            <div class="grid">\(each(filters, \.html))</div>
            <p class="buttons"><button>Show</button>\(when(!query.isEmpty(), #"<a href="\#(site: path)">Show all</a>"#))</p>
            </form>
            \(canEnd && !sessions.isEmpty ? form : table.html)
            """,
            problems: problems.others(than: filters.map(\.name)))
    }

    private var path: String { AdminSection.sessions.path }

    private var form: HTML {
        """
        <form method="post" action="\(site: path.asking(query.text(at: query.cursor)))">
        \(frame.token)
        \(table.html)
        <fieldset class="bulk">
        <legend>With several sessions</legend>
        <button class="quiet" name="action" value="ticked">End the selected sessions</button>
        \(with(account) { #"<button class="button delete" name="account" value="\#(String($0))">End all sessions of this account</button>"# })
        </fieldset>
        </form>
        """
    }

    private var table: KeysetTable {
        KeysetTable(
            caption: "Sessions",
            columns: ["Account", "Started", "Last used", "Address", "Browser"] + (canEnd ? ["End"] : []),
            rows: sessions.map(row), next: next.map { path.asking(query.text(at: $0)) },
            first: query.cursor == nil ? nil : path.asking(query.text(at: nil)), isCutShort: isCutShort,
            empty: query.isEmpty() ? "Nobody is logged in." : "No sessions match these filters.", canTickAll: canEnd)
    }

    private func row(_ session: AdminSession) -> [HTML] {
        let box: HTML = """
            <label class="tick"><input type="checkbox" name="ids" value="\(session.id)"><span class="hidden">Select a session of \(isolated(session.email))</span></label>
            """
        let name = isolated(session.email)
        let account: HTML =
            own.allows(.viewUser)
            ? #"<a href="\#(site: "\(AdminSection.users.path)\(session.userID)/")">\#(name)</a>"# : name
        let end: HTML = """
            <button class="quiet small" name="only" value="\(session.id)">End<span class="hidden"> this session of \(name)</span></button>
            """
        return [
            ticked(when(canEnd, box), account), TimeText(session.startedAt)?.html ?? "",
            TimeText(session.lastUsedAt)?.html ?? "",
            with(session.address) { address in
                #"<a href="\#(site: path.asking(for: "address", address))">\#(isolated(address))</a>"#
            },
            browser(session),
        ] + (canEnd ? [end] : [])
    }

    private func browser(_ session: AdminSession) -> HTML {
        """
        \(isolated(session.browser.isEmpty ? "unknown" : session.browser))<details class="agent"><summary>More</summary>\(facts([("User agent", isolated(session.userAgent)), ("Login by", isolated(session.methods.joined(separator: ", "))), ("Session", isolated(session.id))]))</details>
        """
    }
}

extension SessionsEndView {
    var html: HTML {
        frame.adminPage(
            """
            <form class="card narrow left" id="form" tabindex="-1" method="post" action="\(site: action)">
            <h2>End all sessions of \(isolated(name))?</h2>
            <p>There are \(count). The account has to log in again everywhere.</p>
            \(frame.token)
            <input type="hidden" name="account" value="\(String(user))">
            <button class="send delete" name="confirmed" value="true">Yes, end \(count)</button>
            <p><a href="\(site: action)">No, back to the list</a></p>
            </form>
            """,
            skippingTo: .form)
    }
}
