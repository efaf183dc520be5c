// SPDX-License-Identifier: Apache-2.0

/// The names of an endpoint's fields. A name in a body becomes text only if it equals one of these names: others may be
/// as long as the body, so they stay bytes.
struct FieldNames: Sendable, ExpressibleByArrayLiteral {
    private let names: [String]

    init(_ names: some Sequence<String>) { self.names = Array(names) }

    init(arrayLiteral names: String...) { self.init(names) }

    /// - Returns: the field with exactly this name; nil if there is none.
    func known(_ name: some Collection<UInt8>) -> String? {
        names.first { $0.utf8.count == name.count && $0.utf8.elementsEqual(name) }
    }

    /// The values of the fields in an object; its other members are dropped.
    func values<Value>(_ value: (String) -> Value?) -> [String: Value] {
        Dictionary(names.compactMap { name in value(name).map { (name, $0) } }, uniquingKeysWith: { first, _ in first })
    }
}
