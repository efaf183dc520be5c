// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

/// The search for a path among those of the endpoints, in which `{id}` stands for one part that a client chooses.
package enum PathTemplate {
    private static let placeholder = "{id}"
    /// The length of the longest text that `{id}` stands for, in bytes.
    private static let maximumLength = 64
    private static let slash = UInt8(ascii: "/")

    /// True if ``find(_:in:)`` finds what is kept at the path: `{id}` is its last part, its last but one, or none.
    static func isKnown(_ path: String) -> Bool {
        let parts = path.utf8.split(separator: slash)
        let places = parts.indices.filter { parts[$0].elementsEqual(placeholder.utf8) }
        return places.count <= 1 && places.allSatisfy { $0 >= parts.count - 2 }
    }

    /// The path without its last slash.
    package static func bare(_ path: String) -> String { String(bare(path[...])) }

    /// Finds what is kept at a path. The exact path goes first, then one that ends with `{id}`.
    /// - Parameters:
    ///   - path: the path of a request, in ASCII, with or without its last slash.
    ///   - values: what is kept, by path with and by path without its last slash.
    /// - Returns: the value, and the text in the place of `{id}`; nil for an unknown path.
    package static func find<Value>(
        _ path: Substring, in values: [String: Value]
    ) -> (value: Value, argument: String?)? {
        if let value = values[String(path)] { return (value, nil) }
        let bare = bare(path)
        guard let last = lastPart(of: bare), !last.isEmpty else { return nil }
        if isArgument(last), let value = values[bare[..<last.startIndex] + placeholder] { return (value, String(last)) }
        let rest = bare[..<bare.utf8.index(before: last.startIndex)]
        guard let middle = lastPart(of: rest), isArgument(middle),
            let value = values[rest[..<middle.startIndex] + placeholder + bare[middle.endIndex...]]
        else { return nil }
        return (value, String(middle))
    }

    private static func bare(_ path: Substring) -> Substring {
        path.utf8.last == slash ? path[..<path.utf8.index(before: path.endIndex)] : path
    }

    /// The text behind the last slash; nil if there is no slash.
    private static func lastPart(of path: Substring) -> Substring? {
        path.utf8.lastIndex(of: slash).map { path[path.utf8.index(after: $0)...] }
    }

    private static func isArgument(_ part: Substring) -> Bool { (1...maximumLength).contains(part.utf8.count) }
}
