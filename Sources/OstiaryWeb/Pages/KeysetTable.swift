// SPDX-License-Identifier: Apache-2.0

/// A table of one page of a list that is read by the key of its last row, however long the list is.
struct KeysetTable {
    let caption: String
    let columns: [String]
    /// As many cells in each row as there are columns; the first names the row.
    let rows: [[HTML]]
    /// Where the next page is; nil on the last one.
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
        \(with(next) { #"<p class="more"><a class="button quiet" rel="next" href="\#($0)">More</a></p>"# })
        """
    }

    private func row(_ cells: [HTML]) -> HTML {
        let others = each(Array(cells.dropFirst())) { "<td>\($0)</td>" }
        return #"<tr>\#(with(cells.first) { #"<th scope="row">\#($0)</th>"# })\#(others)</tr>"#
    }
}
