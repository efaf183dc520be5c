// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

/// The form of a file with accounts.
package enum ImportFormat: String, Sendable, CaseIterable {
    /// The output of `manage.py dumpdata`: an array, or a line for each object.
    case djangoDump = "django-dump"
    /// A table whose first line has the names of the fields (RFC 4180).
    case csv
    /// One JSON object on each line.
    case jsonl
}

/// Gives out the records of a file one after the other, however large the file is.
struct ImportRecords: ~Copyable {
    /// A record, with the line on which it begins.
    struct Record {
        let line: Int
        let content: Result<JSONObject, ImportRefusal>
    }

    /// The most bytes of one record.
    static let maximumSize = 65_536

    private var source: ByteSource
    private let format: ImportFormat
    private let path: String
    private var header: [String] = []
    /// The last byte that was read and not used yet.
    private var pushed: UInt8?
    /// True if objects may have several lines: the file is one array.
    private var isArray = false

    private init(_ source: consuming ByteSource, _ format: ImportFormat, path: String) {
        self.source = source
        self.format = format
        self.path = path
    }

    /// - Throws: ``ImportFileError`` for a file that cannot be read, or has no header.
    static func opened(_ path: String, _ format: ImportFormat) throws(ImportFileError) -> ImportRecords {
        var records = ImportRecords(try ByteSource(path), format, path: path)
        try records.skipMark()
        if format == .csv { try records.readHeader() }
        return records
    }

    /// Passes over a byte order mark, with which some programs begin a text in UTF-8.
    private mutating func skipMark() throws(ImportFileError) {
        pushed = try source.next()
        guard pushed == 0xEF else { return }
        guard try source.next() == 0xBB, try source.next() == 0xBF else {
            throw ImportFileError(path, "it is not UTF-8")
        }
        pushed = nil
    }

    private mutating func readHeader() throws(ImportFileError) {
        guard case .success(let names)? = try row()?.content else {
            throw ImportFileError(path, "the first line has no names of fields")
        }
        guard names.contains("email") else { throw ImportFileError(path, "no field of the first line is called email") }
        header = names
    }

    /// The share of the file that was read, 0…100; nil for a pipe.
    var percent: Int64? { source.size > 0 ? min(100, source.offset * 100 / source.size) : nil }

    /// - Returns: nil at the end of the file.
    /// - Throws: ``ImportFileError``.
    mutating func next() throws(ImportFileError) -> Record? {
        if format == .csv {
            guard let (line, content) = try row() else { return nil }
            return Record(line: line, content: content.flatMap { table($0) })
        }
        guard let (line, bytes) = try object() else { return nil }
        guard let bytes else {
            return Record(line: line, content: .failure(ImportRefusal("it has more than \(Self.maximumSize) bytes")))
        }
        return Record(line: line, content: parsed(bytes))
    }

    private func parsed(_ bytes: [UInt8]) -> Result<JSONObject, ImportRefusal> {
        do throws(JSONError) {
            guard case .object(let object) = try JSONReader.read(bytes, maximumValues: 1_000) else {
                return .failure(ImportRefusal("it is no JSON object"))
            }
            guard format == .djangoDump else { return .success(object) }
            guard case .object(var fields) = object["fields"] else {
                return .failure(ImportRefusal("it has no fields"))
            }
            if let key = object["pk"] { fields.updateValue(key, forKey: "id") }
            return .success(fields)
        } catch {
            return .failure(ImportRefusal("it is not JSON: \(error)"))
        }
    }

    private func table(_ cells: [String]) -> Result<JSONObject, ImportRefusal> {
        guard cells.count == header.count else {
            return .failure(ImportRefusal("it has \(cells.count) fields, the first line \(header.count)"))
        }
        return .success(
            zip(header, cells).reduce(into: JSONObject()) { $0.updateValue(JSONValue($1.1), forKey: $1.0) })
    }

    private mutating func take() throws(ImportFileError) -> UInt8? {
        if let byte = pushed {
            pushed = nil
            return byte
        }
        return try source.next()
    }

    /// The next object of an array or of lines, with what stands between them left out.
    /// - Returns: nil at the end; without bytes if the object is too large.
    private mutating func object() throws(ImportFileError) -> (line: Int, bytes: [UInt8]?)? {
        var first = try take()
        while let byte = first {
            if format == .djangoDump, !isArray, source.line == 1, byte == UInt8(ascii: "[") {
                isArray = true
            } else if !(isArray ? " \t\r\n,]" : " \t\r\n").utf8.contains(byte) {
                break
            }
            first = try take()
        }
        guard let first else { return nil }
        let line = source.line
        return (line, try isArray ? element(first, line) : rest(first))
    }

    /// The rest of a line: a fault in it does not reach the next one.
    private mutating func rest(_ first: UInt8) throws(ImportFileError) -> [UInt8]? {
        var bytes = [first]
        while let byte = try take(), byte != UInt8(ascii: "\n") {
            if bytes.count <= Self.maximumSize { bytes.append(byte) }
        }
        return bytes.count > Self.maximumSize ? nil : bytes
    }

    /// The rest of an element of the array.
    private mutating func element(_ first: UInt8, _ line: Int) throws(ImportFileError) -> [UInt8]? {
        guard first == UInt8(ascii: "{") else { throw ImportFileError(path, "line \(line) has no object") }
        var (bytes, depth, isInText, isEscaped) = ([first], 1, false, false)
        while depth > 0 {
            guard let byte = try take() else {
                throw ImportFileError(path, "it ends inside the object of line \(line)")
            }
            if bytes.count <= Self.maximumSize { bytes.append(byte) }
            if isEscaped {
                isEscaped = false
            } else if isInText {
                if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    isInText = false
                }
            } else {
                switch byte {
                case UInt8(ascii: "\""): isInText = true
                case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
                case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
                default: break
                }
            }
        }
        return bytes.count > Self.maximumSize ? nil : bytes
    }

    /// The next row of a table (RFC 4180): a quoted cell may have commas, line ends, and quotes written twice.
    private mutating func row() throws(ImportFileError) -> (line: Int, content: Result<[String], ImportRefusal>)? {
        var first = try take()
        while first == UInt8(ascii: "\n") || first == UInt8(ascii: "\r") { first = try take() }
        guard first != nil else { return nil }
        pushed = first
        let line = source.line
        var (cells, cell, size, isQuoted) = ([[UInt8]](), [UInt8](), 0, false)
        while let byte = try take() {
            size += 1
            if isQuoted {
                if byte != UInt8(ascii: "\"") {
                    if size <= Self.maximumSize { cell.append(byte) }
                } else if let next = try take() {
                    if next != UInt8(ascii: "\"") {
                        (isQuoted, pushed) = (false, next)
                    } else if size <= Self.maximumSize {
                        cell.append(next)
                    }
                } else {
                    isQuoted = false
                }
                continue
            }
            switch byte {
            case UInt8(ascii: "\"") where cell.isEmpty: isQuoted = true
            case UInt8(ascii: ","):
                if size <= Self.maximumSize { cells.append(cell) }
                cell = []
            case UInt8(ascii: "\r"): break
            case UInt8(ascii: "\n"): return finished(line, cells + [cell], size)
            default: if size <= Self.maximumSize { cell.append(byte) }
            }
        }
        guard !isQuoted else { throw ImportFileError(path, "it ends inside a quoted cell of line \(line)") }
        return finished(line, cells + [cell], size)
    }

    private func finished(
        _ line: Int, _ cells: [[UInt8]], _ size: Int
    ) -> (line: Int, content: Result<[String], ImportRefusal>) {
        guard size <= Self.maximumSize else {
            return (line, .failure(ImportRefusal("it has more than \(Self.maximumSize) bytes")))
        }
        let texts = cells.compactMap { String(validating: $0, as: UTF8.self) }
        guard texts.count == cells.count else { return (line, .failure(ImportRefusal("it is not UTF-8"))) }
        return (line, .success(texts))
    }
}
