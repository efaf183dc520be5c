// SPDX-License-Identifier: Apache-2.0

/// A table of one page of a list. The next page is read by the key of the last row, so its cost does not grow.
struct KeysetTable {
    let caption: String
    let columns: [String]
    /// The rows; each has as many cells as there are columns. The first cell names its row.
    let rows: [[HTML]]
    /// The address of the next page; nil on the last page.
    let next: String?

    var html: HTML {
        """
        <table class="rows">
        <caption class="hidden">\(caption)</caption>
        <thead><tr>\(each(columns) { #"<th scope="col">\#($0)</th>"# })</tr></thead>
        <tbody>
        \(each(rows, row))
        </tbody>
        </table>
        \(when(rows.isEmpty, #"<p class="empty">None.</p>"#))
        \(with(next) { #"<p class="more"><a class="button quiet" rel="next" href="\#(site: $0)">More</a></p>"# })
        """
    }

    private func row(_ cells: [HTML]) -> HTML {
        let others = each(Array(cells.dropFirst())) { "<td>\($0)</td>" }
        return #"<tr>\#(with(cells.first) { #"<th scope="row">\#($0)</th>"# })\#(others)</tr>"#
    }
}
