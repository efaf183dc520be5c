// SPDX-License-Identifier: Apache-2.0

public import OstiaryCore

/// A statement as a value. Interpolated values become bindings, never text.
///
/// ```swift
/// let query: SQLQuery = "SELECT id FROM \(table: users) WHERE email = \(email)"
/// ```
/// The text consists of literals (`StaticString`), so a string that exists at run time only cannot become SQL.
public struct SQLQuery: Sendable, ExpressibleByStringInterpolation {
    /// The text with `?` in place of each binding.
    private let text: String
    /// The UTF-8 offsets of those `?`: a `?` may also be part of a literal.
    private let placeholders: [Int]
    /// The places of tables that another program may keep.
    private let tables: [TablePlace]
    /// The bound values in the order of their places.
    package let bindings: [SQLValue]
    /// The column types of the bound values in the same order: NULL has no type of its own, and PostgreSQL needs one.
    package let kinds: [SQLKind]

    public init(stringLiteral text: StaticString) {
        self.text = text.description
        self.placeholders = []
        self.tables = []
        self.bindings = []
        self.kinds = []
    }

    public init(stringInterpolation parts: StringInterpolation) {
        self.text = String(decoding: parts.text, as: UTF8.self)
        self.placeholders = parts.placeholders
        self.tables = parts.tables
        self.bindings = parts.bindings
        self.kinds = parts.kinds
    }

    private init(
        text: String, placeholders: [Int], tables: [TablePlace], bindings: [SQLValue], kinds: [SQLKind]
    ) {
        self.text = text
        self.placeholders = placeholders
        self.tables = tables
        self.bindings = bindings
        self.kinds = kinds
    }

    /// The place of a table in the text.
    fileprivate struct TablePlace: Sendable {
        var role: TableRole
        /// The UTF-8 offset of the own table's name.
        var offset: Int
    }

    /// The statement on the tables of another program.
    /// - Parameter name: returns the text that stands for a role.
    func replacingTables(_ name: (TableRole) -> String) -> SQLQuery {
        guard !tables.isEmpty else { return self }
        let bytes = Array(text.utf8)
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count + 32 * tables.count)
        var moved: [Int] = []
        var (start, next) = (0, placeholders.startIndex)
        /// Copies literals up to an offset, and moves the placeholders among them.
        func copy(to end: Int) {
            while next < placeholders.endIndex, placeholders[next] < end {
                moved.append(placeholders[next] - start + result.count)
                next += 1
            }
            result.append(contentsOf: bytes[start..<end])
        }
        for table in tables {
            copy(to: table.offset)
            start = table.offset + table.role.ownText.utf8CodeUnitCount
            result.append(contentsOf: name(table.role).utf8)
        }
        copy(to: bytes.count)
        return SQLQuery(
            text: String(decoding: result, as: UTF8.self), placeholders: moved, tables: [], bindings: bindings,
            kinds: kinds)
    }

    /// The text for a driver: with `?` for SQLite, with `$1`, `$2`, … for PostgreSQL.
    ///
    /// The text does not depend on the bound values, so it is the key of caches of prepared statements.
    package func text(for dialect: SQLDialect) -> String {
        switch dialect {
        case .sqlite: text
        case .postgres: numbered()
        }
    }

    private func numbered() -> String {
        var result = ""
        result.reserveCapacity(text.utf8.count + 2 * placeholders.count)
        var start = text.utf8.startIndex
        for (index, offset) in placeholders.enumerated() {
            let place = text.utf8.index(text.utf8.startIndex, offsetBy: offset)
            result += text[start..<place]
            result += "$\(index + 1)"
            start = text.utf8.index(after: place)
        }
        result += text[start...]
        return result
    }

    /// Collects literals and bindings.
    public struct StringInterpolation: StringInterpolationProtocol {
        /// The text in UTF-8: appending to a `String` would validate each piece again, for each call.
        fileprivate var text: [UInt8] = []
        fileprivate var placeholders: [Int] = []
        fileprivate var tables: [TablePlace] = []
        fileprivate var bindings: [SQLValue] = []
        fileprivate var kinds: [SQLKind] = []

        public init(literalCapacity: Int, interpolationCount: Int) {
            text.reserveCapacity(literalCapacity + 16 * interpolationCount)
            placeholders.reserveCapacity(interpolationCount)
            bindings.reserveCapacity(interpolationCount)
            kinds.reserveCapacity(interpolationCount)
        }

        public mutating func appendLiteral(_ literal: StaticString) {
            append(literal)
        }

        private mutating func append(_ literal: StaticString) {
            literal.withUTF8Buffer { text.append(contentsOf: $0) }
        }

        private mutating func bind(_ value: SQLValue?, _ kind: SQLKind) {
            placeholders.append(text.count)
            text.append(UInt8(ascii: "?"))
            bindings.append(value ?? .null)
            kinds.append(kind)
        }

        /// A value, bound with its own type.
        public mutating func appendInterpolation(_ value: SQLValue) {
            bind(value, SQLKind(of: value))
        }

        /// An integer of 64 bits; nil is bound as NULL.
        public mutating func appendInterpolation(_ value: Int64?) {
            bind(value.map(SQLValue.integer), .integer)
        }

        /// A text; nil is bound as NULL.
        public mutating func appendInterpolation(_ value: String?) {
            bind(value.map(SQLValue.text), .text)
        }

        /// Bytes for a column of the type ``SQLDialect/blob``; nil is bound as NULL.
        public mutating func appendInterpolation(_ value: [UInt8]?) {
            bind(value.map(SQLValue.blob), .blob)
        }

        /// A boolean, bound as 0 or 1.
        public mutating func appendInterpolation(_ value: Bool?) {
            bind(value.map { SQLValue.integer($0 ? 1 : 0) }, .boolean)
        }

        /// A text that the database reads as a value of the column's type.
        package mutating func appendInterpolation(untyped value: String) {
            bind(.text(value), .unknown)
        }

        /// A time for a column of the type ``SQLDialect/timestamp``, bound as text in UTC.
        public mutating func appendInterpolation(moment: Timestamp?) {
            bind(moment.map { SQLValue.text($0.sqlText) }, .moment)
        }

        /// A part of a statement with its bindings.
        public mutating func appendInterpolation(_ part: SQLQuery) {
            placeholders += part.placeholders.map { $0 + text.count }
            tables += part.tables.map { TablePlace(role: $0.role, offset: $0.offset + text.count) }
            text.append(contentsOf: part.text.utf8)
            bindings += part.bindings
            kinds += part.kinds
        }

        /// A checked name, as text.
        public mutating func appendInterpolation(table: SQLIdentifier) {
            text.append(contentsOf: table.name.utf8)
        }

        /// A table that another program may keep.
        package mutating func appendInterpolation(table role: TableRole) {
            tables.append(TablePlace(role: role, offset: text.count))
            append(role.ownText)
        }

        /// A name that its type has checked, as text.
        mutating func append(checked name: String) { text.append(contentsOf: name.utf8) }

        /// A constant fragment, as text.
        public mutating func appendInterpolation(raw fragment: StaticString) {
            append(fragment)
        }
    }
}

extension SQLQuery: CustomStringConvertible {
    /// The text without the bound values.
    public var description: String { text }
}
