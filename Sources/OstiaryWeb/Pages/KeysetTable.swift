// SPDX-License-Identifier: Apache-2.0

/// A table of one page of a list. The next page is read by the key of the last row, so its cost does not grow.
struct KeysetTable {
    struct Column {
        enum Order: String {
            case ascending, descending
        }

        let title: String
        /// The address of the list in the order of this column; nil if there is no such order.
        var link: String?
        /// The order in which the list is shown; nil if it is that of another column.
        var order: Order?
    }

    let caption: String
    let columns: [Column]
    /// The rows; each has as many cells as there are columns. The first cell names its row.
    let rows: [[HTML]]
    /// The address of the next page; nil on the last page.
    let next: String?
    /// The address of the first page; nil on the first page.
    var first: String?
    /// True if the page is not full because the server looked at enough rows that do not match.
    var isCutShort = false
    /// The sentence in the place of rows.
    var empty = "None."
    /// True if each row has a box that a script may tick for all.
    var canTickAll = false

    init(
        caption: String, columns: [Column], rows: [[HTML]], next: String?, first: String? = nil,
        isCutShort: Bool = false, empty: String = "None.", canTickAll: Bool = false
    ) {
        self.caption = caption
        self.columns = columns
        self.rows = rows
        self.next = next
        self.first = first
        self.isCutShort = isCutShort
        self.empty = empty
        self.canTickAll = canTickAll
    }

    var html: HTML {
        """
        \(when(!rows.isEmpty, table))
        \(when(rows.isEmpty && !isCutShort, #"<p class="empty">\#(empty)</p>"#))
        \(when(isCutShort, #"<p class="hint">The server stopped here after looking at many rows that do not match. There may be more further on.</p>"#))
        \(when(next != nil || first != nil, #"<p class="more">\#(steps)</p>"#))
        """
    }

    private var table: HTML {
        """
        <table class="rows"\(when(canTickAll, " data-tick-all"))>
        <caption class="hidden">\(caption)</caption>
        <thead><tr>\(each(columns, head))</tr></thead>
        <tbody>
        \(each(rows, row))
        </tbody>
        </table>
        """
    }

    private var steps: HTML {
        let name = isCutShort ? "Look further" : "More"
        return """
            \(with(next) { #"<a class="button quiet" rel="next" href="\#(site: $0)">\#(name)</a>"# })
            \(with(first) { #"<a href="\#(site: $0)">Back to the beginning</a>"# })
            """
    }

    private func head(_ column: Column) -> HTML {
        let mark: HTML =
            switch column.order {
            case .ascending: #" <span aria-hidden="true">↑</span>"#
            case .descending: #" <span aria-hidden="true">↓</span>"#
            case nil: .empty
            }
        let title: HTML = "\(column.title)\(mark)"
        return """
            <th scope="col"\(with(column.order) { #" aria-sort="\#($0.rawValue)""# })>\(column.link.map { #"<a href="\#(site: $0)">\#(title)</a>"# } ?? title)</th>
            """
    }

    private func row(_ cells: [HTML]) -> HTML {
        let others = zip(columns.dropFirst(), cells.dropFirst()).map { column, cell -> HTML in
            #"<td data-label="\#(column.title)"><div>\#(cell)</div></td>"#
        }
        return #"<tr>\#(with(cells.first) { #"<th scope="row">\#($0)</th>"# })\#(HTML(others))</tr>"#
    }
}

extension KeysetTable.Column: ExpressibleByStringLiteral {
    init(stringLiteral title: String) { self.init(title: title) }
}
