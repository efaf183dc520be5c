// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

/// Finds the endpoint that a mistyped path most likely meant.
package struct NearestPath: Sendable {
    private let pathsByName: [String: String]

    package init(_ operations: [APIOperation]) {
        let paths = operations.map(\.path).filter { !$0.utf8.contains(UInt8(ascii: "{")) }
        pathsByName = Dictionary(paths.map { (Self.name(of: $0[...]), $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// - Parameter path: the path of a request, in ASCII.
    /// - Returns: the path of the endpoint with the most similar spelling; nil if none is similar.
    package func callAsFunction(to path: Substring) -> String? {
        nearestName(to: Self.name(of: path), among: Array(pathsByName.keys)).flatMap { pathsByName[$0] }
    }

    /// The part of a path that is compared: with the prefix that all paths share, any two paths would look alike.
    private static func name(of path: Substring) -> String {
        var bytes = path.utf8.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 | 0x20 : $0 }[...]
        for prefix in ["/", "api/"] where bytes.starts(with: prefix.utf8) { bytes = bytes.dropFirst(prefix.utf8.count) }
        if bytes.last == UInt8(ascii: "/") { bytes = bytes.dropLast() }
        return String(decoding: bytes, as: UTF8.self)
    }
}
