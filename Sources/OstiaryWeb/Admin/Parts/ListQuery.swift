// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import OstiaryHTTP

/// The filters, the order and the place in a list, as the address of its page has them.
struct ListQuery: Sendable {
    /// The parameters that have a value, in the order of the page's own list of them.
    private(set) var values: [(name: String, value: String)]
    /// The place where the page begins; nil for the beginning.
    private(set) var cursor: String?

    private static let place = "cursor"

    /// - Parameters:
    ///   - target: the address of the page.
    ///   - names: the parameters that the page knows; others are left out, and so are empty ones: a form by GET sends
    ///     all that it has.
    init(_ target: String, names: [String]) {
        let query = target.utf8.drop { $0 != UInt8(ascii: "?") }.dropFirst()
        let pairs = FormURLEncoded.pairs(query)
        func value(_ name: String) -> String? {
            pairs.first { $0.name.hasSameBytes(as: name) && !$0.value.isEmpty }?.value
        }
        values = names.compactMap { name in value(name).map { (name, $0) } }
        cursor = value(Self.place)
    }

    /// - Parameter text: the query of a list's address that a form carried.
    init(carried text: String, names: [String]) { self.init("?\(text)", names: names) }

    subscript(name: String) -> String { values.first { $0.name.hasSameBytes(as: name) }?.value ?? "" }

    /// True if the list shows everything.
    func isEmpty(but ignored: [String] = ["order"]) -> Bool {
        !values.contains { pair in !ignored.contains { pair.name.hasSameBytes(as: $0) } }
    }

    /// The query of the page's own address.
    /// - Parameter cursor: the place where the page begins; nil for the beginning.
    func text(at cursor: String?) -> String { Self.joined(values + (cursor.map { [(Self.place, $0)] } ?? [])) }

    /// The query for the API.
    var forAPI: String { text(at: cursor) }

    /// The query for the API without order and place.
    var matching: String { Self.joined(values.filter { !$0.name.hasSameBytes(as: "order") }) }

    func setting(_ name: String, to value: String) -> ListQuery {
        var query = self
        query.values.removeAll { $0.name.hasSameBytes(as: name) }
        query.values.append((name, value))
        query.cursor = nil
        return query
    }

    private static func joined(_ pairs: [(name: String, value: String)]) -> String {
        pairs.map { "\($0.name)=\(percentEncoded($0.value))" }.joined(separator: "&")
    }
}

extension String {
    /// The path with a query, if that is not empty.
    func asking(_ query: String) -> String { query.isEmpty ? self : "\(self)?\(query)" }

    /// The path with one parameter.
    func asking(for name: String, _ value: some CustomStringConvertible) -> String {
        asking([name, percentEncoded("\(value)")].joined(separator: "="))
    }
}
