// SPDX-License-Identifier: Apache-2.0

/// The names of an endpoint's fields. A name in a body becomes text only if it equals one of these names: others may be
/// as long as the body, so they stay bytes.
struct FieldNames: Sendable, ExpressibleByArrayLiteral {
    private let names: [String]
    /// The names of fields that are lists; of the values of all others, the last one counts.
    private let lists: Set<String>

    init(_ fields: [Field]) {
        self.names = fields.map(\.name)
        self.lists = Set(fields.filter(\.kind.isList).map(\.name))
    }

    /// - Parameter names: the names of fields, none of which is a list.
    init(_ names: some Sequence<String>) {
        self.names = Array(names)
        self.lists = []
    }

    init(arrayLiteral names: String...) { self.init(names) }

    /// - Parameter name: one of the names.
    func isList(_ name: String) -> Bool { lists.contains(name) }

    /// - Returns: the field with exactly this name; nil if there is none.
    func known(_ name: some Collection<UInt8>) -> String? {
        names.first { $0.utf8.count == name.count && $0.utf8.elementsEqual(name) }
    }

    /// The values of the fields in an object; its other members are dropped.
    func values<Value>(_ value: (String) -> Value?) -> [String: Value] {
        Dictionary(names.compactMap { name in value(name).map { (name, $0) } }, uniquingKeysWith: { first, _ in first })
    }
}
