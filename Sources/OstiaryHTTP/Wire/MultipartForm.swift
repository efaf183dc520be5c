// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

/// The reason why bytes are not a multipart form.
struct MultipartError: Error, Sendable, Equatable {
    let reason: String
}

/// The `multipart/form-data` format (RFC 7578 on top of RFC 2046 §5.1).
///
/// A part without a name is skipped, and a missing last delimiter is accepted, since existing clients may rely on both.
enum MultipartForm {
    static let maximumParts = 1_000
    /// The greatest size of a part's header, in bytes.
    static let maximumHeaderSize = 8_192
    private static let maximumBoundaryLength = 201

    /// Reads a form; of a repeated name the last part counts, unless the field is a list.
    /// - Parameters:
    ///   - boundary: the parameter of the media type: 1 to 201 printable ASCII characters; the last one is no space.
    ///   - names: the fields that are read; other parts are skipped.
    static func parse(
        _ bytes: some Collection<UInt8>, boundary: [UInt8]?, _ names: FieldNames
    ) throws(MultipartError) -> [String: FieldValue] {
        guard let boundary, isValid(boundary: boundary) else {
            let shown = boundary.map { $0.prefix(maximumBoundaryLength).text } ?? "None"
            throw MultipartError(reason: "Invalid boundary in multipart: \(shown)")
        }
        var fields = FormFields(names)
        for part in try parts(of: Array(bytes), boundary: boundary) {
            if let (name, value) = try field(part, names) {
                fields.add(value, to: name)
            }
        }
        return fields.values
    }

    private static func isValid(boundary: [UInt8]) -> Bool {
        (1...maximumBoundaryLength).contains(boundary.count) && boundary.last != UInt8(ascii: " ")
            && boundary.allSatisfy { (0x20...0x7E).contains($0) }
    }

    /// The bytes between delimiters. A delimiter is a whole line: the boundary inside a line is content.
    private static func parts(of bytes: [UInt8], boundary: [UInt8]) throws(MultipartError) -> [ArraySlice<UInt8>] {
        let delimiter = Array("--".utf8) + boundary
        var parts: [ArraySlice<UInt8>] = []
        var partStart: Int?
        var lineStart = 0
        while lineStart < bytes.count {
            let lineEnd = bytes[lineStart...].place(of: UInt8(ascii: "\n")) ?? bytes.count
            let line = bytes[lineStart..<lineEnd]
            let suffix = line.dropFirst(delimiter.count)
            let isClosing = suffix.starts(with: "--".utf8)
            if line.starts(with: delimiter), isClosing || suffix.droppingLastCarriageReturn.trimmed.isEmpty {
                if let partStart {
                    // The line break before a delimiter belongs to the delimiter.
                    parts.append(bytes[partStart..<lineStart].dropLast().droppingLastCarriageReturn)
                    guard parts.count <= maximumParts else { throw MultipartError(reason: "Too many parts") }
                }
                partStart = isClosing ? nil : min(lineEnd + 1, bytes.count)
                if isClosing { break }
            }
            lineStart = lineEnd + 1
        }
        guard let partStart else { return parts }
        guard parts.count < maximumParts else { throw MultipartError(reason: "Too many parts") }
        return parts + [bytes[partStart...]]
    }

    private static func field(
        _ part: ArraySlice<UInt8>, _ names: FieldNames
    ) throws(MultipartError) -> (String, FieldValue)? {
        guard let headerEnd = try headerEnd(of: part) else { return nil }
        var disposition: ParameterizedValue?
        for line in part[..<headerEnd].parts(separatedBy: UInt8(ascii: "\n")) {
            guard let colon = line.place(of: UInt8(ascii: ":")) else { continue }
            let name = line[..<colon]
            let value = line[(colon + 1)...].droppingLastCarriageReturn
            if name.matches("content-disposition") {
                disposition = ParameterizedValue(value)
            } else if name.matches("content-transfer-encoding") {
                // RFC 7578 §4.7 deprecates the header; these three encodings do not change the content.
                let encoding = value.trimmed
                guard encoding.matches("7bit") || encoding.matches("8bit") || encoding.matches("binary") else {
                    throw MultipartError(reason: "Unsupported Content-Transfer-Encoding")
                }
            }
        }
        guard let disposition, let name = disposition["name"].flatMap(names.known) else { return nil }
        // A browser sends an empty file name for a file input left empty.
        if let filename = disposition["filename"] ?? disposition["filename*"], !filename.isEmpty {
            return (name, .file)
        }
        return (name, .string(JSONString(part[(headerEnd + 4)...].text)))
    }

    /// The index at which the empty line after the header begins; nil if the part has no header.
    private static func headerEnd(of part: ArraySlice<UInt8>) throws(MultipartError) -> Int? {
        guard !part.starts(with: "\r\n".utf8) else { return nil }
        let end = Array("\r\n\r\n".utf8)
        var window = part.prefix(maximumHeaderSize + end.count)
        while let index = window.place(of: end[0]) {
            if window[index...].starts(with: end) { return index }
            window = window[(index + 1)...]
        }
        guard part.count <= maximumHeaderSize else { throw MultipartError(reason: "Part header is too large") }
        return nil
    }
}

extension ArraySlice<UInt8> {
    fileprivate var droppingLastCarriageReturn: ArraySlice<UInt8> {
        last == UInt8(ascii: "\r") ? dropLast() : self
    }
}
