// SPDX-License-Identifier: Apache-2.0

/// The names of an endpoint's fields. A name in a body becomes text only by being one of them: others may be as long as the
/// body, and are in nobody's way as long as they are bytes.
struct FieldNames: Sendable, ExpressibleByArrayLiteral {
    private let names: [String]

    init(_ names: some Sequence<String>) { self.names = Array(names) }

    init(arrayLiteral names: String...) { self.init(names) }

    /// - Returns: the field with exactly this name; nil where there is none.
    func known(_ name: some Collection<UInt8>) -> String? {
        names.first { $0.utf8.count == name.count && $0.utf8.elementsEqual(name) }
    }

    /// The fields of an object, of which nothing else is kept.
    func values<Value>(_ value: (String) -> Value?) -> [String: Value] {
        Dictionary(names.compactMap { name in value(name).map { (name, $0) } }, uniquingKeysWith: { first, _ in first })
    }
}
