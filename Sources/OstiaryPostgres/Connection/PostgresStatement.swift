// SPDX-License-Identifier: Apache-2.0

import CPostgres
package import OstiarySQL

/// A statement with its values in the form of libpq.
package struct PostgresStatement {
    /// The key of a prepared statement: text and types.
    struct Key: Hashable {
        let text: String
        let kinds: [SQLKind]
        /// The name, a hash of the key: equal statements have equal names on all connections. Behind a pooler that
        /// changes sessions a counted name could run a statement of another connection.
        let name: String

        init(_ text: String, _ kinds: [SQLKind]) {
            self.text = text
            self.kinds = kinds
            // FNV-1a
            var hash: UInt64 = 0xcbf2_9ce4_8422_2325
            for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
            for kind in kinds { hash = (hash ^ UInt64(kind.type)) &* 0x100_0000_01b3 }
            self.name = "ostiary_\(String(hash, radix: 16))"
        }

        static func == (left: Key, right: Key) -> Bool { left.text == right.text && left.kinds == right.kinds }

        func hash(into hasher: inout Hasher) { hasher.combine(name) }
    }

    let key: Key
    private let values: [SQLValue]

    package init(_ query: SQLQuery) {
        self.key = Key(query.text(for: .postgres), query.kinds)
        self.values = query.bindings
    }

    /// The types for `PQsendPrepare`.
    var types: [Oid] { key.kinds.map(\.type) }

    /// Calls `body` with the arguments of `PQsendQueryPrepared`: addresses, lengths and formats of the values.
    func withParameters<Value>(
        _ body: (
            _ count: Int32, _ values: [UnsafePointer<CChar>?], _ lengths: [Int32], _ formats: [Int32]
        ) -> Value
    ) -> Value {
        var bytes: [CChar] = []
        var places: [Int?] = []
        var lengths: [Int32] = []
        for (value, kind) in zip(values, key.kinds) {
            let start = bytes.count
            places.append(value.append(to: &bytes, as: kind) ? start : nil)
            lengths.append(Int32(clamping: bytes.count - start))
            // A value in text form needs a NUL at its end, and an empty one an address.
            bytes.append(0)
        }
        // Text form, which the server reads as a value of whatever type it has concluded.
        let formats = key.kinds.map { $0 == .moment || $0 == .unknown ? Int32(0) : 1 }
        return bytes.withUnsafeBufferPointer { buffer in
            body(
                Int32(clamping: values.count), places.map { $0.flatMap { buffer.baseAddress?.advanced(by: $0) } },
                lengths, formats)
        }
    }
}

extension SQLKind {
    /// The object id in `pg_type`, a constant of PostgreSQL.
    fileprivate var type: Oid {
        switch self {
        case .integer: 20
        case .text: 25
        case .blob: 17
        case .boolean: 16
        case .moment: 1184
        case .unknown: 0
        }
    }
}

extension SQLValue {
    /// - Returns: false for NULL.
    fileprivate func append(to bytes: inout [CChar], as kind: SQLKind) -> Bool {
        switch (self, kind) {
        case (.null, _): return false
        case (.integer(let value), .boolean): bytes.append(value == 0 ? 0 : 1)
        case (.integer(let value), _):
            withUnsafeBytes(of: value.bigEndian) { bytes.append(contentsOf: $0.bindMemory(to: CChar.self)) }
        case (.text(let text), .moment):
            // With the offset the text does not depend on the session's time zone.
            bytes += "\(text)+00".utf8CString.dropLast()
        case (.text(let text), _): bytes += text.utf8CString.dropLast()
        case (.blob(let blob), _):
            blob.withUnsafeBytes { bytes.append(contentsOf: $0.bindMemory(to: CChar.self)) }
        }
        return true
    }
}
