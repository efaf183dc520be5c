// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

extension OverviewView {
    var html: HTML {
        frame.adminPage(
            """
            \(when(isAlone, #"<p class="hint">You are a member of the staff without further rights, so there is nothing else to see. An administrator can give you some.</p>"#))
            <div class="split">
            <div>
            <section class="card" aria-labelledby="logins">
            <h2 id="logins">Logins of the last 24 hours</h2>
            \(chart.html)
            \(when(overview.isCutShort, #"<p class="help">There are so many entries that some of the older hours were not counted.</p>"#))
            </section>
            \(findings)
            </div>
            <aside class="card" aria-labelledby="state">
            <h2 id="state">State</h2>
            \(facts(overview.services.map { ($0.name, $0.state.html) } + [("Your address as seen", address)]))
            <p class="help">If this is not your address, the server does not know the proxies in front of it: see <code>--trusted-hops</code>.</p>
            </aside>
            </div>
            """)
    }

    private var address: HTML { overview.address.map(isolated) ?? "unknown" }

    private var findings: HTML {
        """
        <section class="card" aria-labelledby="findings">
        <h2 id="findings">Findings</h2>
        \(overview.findings.isEmpty ? "<p>Nothing to complain of.</p>" : list)
        </section>
        """
    }

    private var list: HTML {
        """
        <ul class="findings">\(each(overview.findings) { finding in
            "<li>\(badge(finding.level, finding.isGrave ? "broken" : "wrong")) <code>\(finding.code)</code><p>\(finding.text)</p>\(when(!finding.advice.isEmpty, "<p class=\"soft\">\(finding.advice)</p>"))</li>"
        })</ul>
        """
    }
}

extension AdminOverview.Finding {
    fileprivate var isGrave: Bool { ["error", "critical"].contains { level.hasSameBytes(as: $0) } }
}

extension ServiceState {
    fileprivate var html: HTML {
        #"<span class="state \#(isGood ? "good" : "wrong")">\#(text.isEmpty ? "unknown" : text)</span>"#
    }
}

extension LoginChart {
    var html: HTML {
        """
        <svg class="chart" viewBox="0 0 \(Self.width) \(Self.height)" role="img" aria-labelledby="chart-title chart-text">
        <title id="chart-title">Logins and refusals by the hour</title>
        <desc id="chart-text">\(sums.loggedIn.counted("login")) and \(sums.refused.counted("refusal")) in the last 24 hours.</desc>
        \(each(lines) { line in
            """
            <line class="grid-line" x1="\(Self.left)" x2="\(Self.width)" y1="\(line.y)" y2="\(line.y)"/><text x="\(Self.left - 8)" y="\(line.y + 5)" text-anchor="end">\(line.number)</text>
            """
        })
        \(each(columns) { column in
            """
            <rect class="\(column.isRefused ? "refused" : "logged-in")" x="\(column.x)" y="\(column.y)" width="\(Self.columnWidth)" height="\(column.height)"/>
            """
        })
        \(each(marks) { #"<text x="\#($0.x)" y="\#(Self.height - 6)" text-anchor="middle">\#($0.text)</text>"# })
        </svg>
        <p class="legend"><span class="key logged-in"></span> \(sums.loggedIn.counted("login")) <span class="key refused"></span> \(sums.refused.counted("refusal")) <span class="soft">hours in UTC</span></p>
        <details class="fold"><summary>The numbers</summary>
        \(KeysetTable(
            caption: "Logins and refusals by the hour", columns: ["Hour", "Logins", "Refusals"],
            rows: hours.reversed().map { [TimeText($0.start).html, "\($0.loggedIn.grouped)", "\($0.refused.grouped)"] },
            next: nil).html)
        </details>
        """
    }
}
