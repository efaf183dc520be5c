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

    /// The query for the API: that of the page, with moments in the place of days and minutes.
    var forAPI: String {
        Self.joined(values.map { ($0.name, Self.moment($0.value) ?? $0.value) } + (cursor.map { [(Self.place, $0)] } ?? []))
    }

    /// The query for the API without order and place.
    var matching: String {
        Self.joined(
            values.filter { !$0.name.hasSameBytes(as: "order") }.map { ($0.name, Self.moment($0.value) ?? $0.value) })
    }

    func setting(_ name: String, to value: String) -> ListQuery {
        var query = self
        query.values.removeAll { $0.name.hasSameBytes(as: name) }
        query.values.append((name, value))
        query.cursor = nil
        return query
    }

    /// - Parameter text: `2026-11-29` or `2026-11-29T08:42`, as inputs for days and minutes send it.
    /// - Returns: the moment in UTC; nil for any other text.
    private static func moment(_ text: String) -> String? {
        let pattern = Array("0000-00-00T00:00:00".utf8)
        let bytes = Array(text.utf8)
        guard [10, 16, 19].contains(bytes.count) else { return nil }
        let fits = zip(bytes, pattern).allSatisfy { $1 == UInt8(ascii: "0") ? $0.isASCIIDigit : $0 == $1 }
        return fits ? text + String(decoding: pattern[bytes.count...], as: UTF8.self) + "Z" : nil
    }

    private static func joined(_ pairs: [(name: String, value: String)]) -> String {
        pairs.map { "\($0.name)=\(percentEncoded($0.value))" }.joined(separator: "&")
    }
}

extension String {
    /// The path with a query, if that is not empty.
    func asking(_ query: String) -> String { query.isEmpty ? self : "\(self)?\(query)" }
}
