// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import OstiaryHTTP

/// The index of all endpoints by path.
struct EndpointIndex: Sendable {
    /// The endpoints of one path, in the order of their methods.
    struct Entry: Sendable {
        /// The path as the endpoints declare it, possibly with `{id}`.
        let path: String
        let endpoints: [APIOperation]
        /// The text in the place of `{id}`; nil if the path has no such place.
        let argument: String?

        var name: String { endpoints.first?.name ?? "" }

        /// True if the last part of the path is ``argument``.
        var endsWithArgument: Bool { PathTemplate.bare(path).utf8.last == UInt8(ascii: "}") }

        /// The query parameter of a page that asks for the bytes of an answer, requested with the browser's own
        /// session.
        static let bytes = "_bytes"

        /// The formats in which the bytes of the answer to `GET` are offered.
        var documents: [Renderer] {
            endpoints.first { $0.method == .get }?.renderers.filter { $0 != .html } ?? []
        }
    }

    /// The paths in the server's order.
    let entries: [Entry]
    private let byPath: [String: Entry]
    let nearest: NearestPath

    init(_ endpoints: [APIOperation]) {
        var order: [String] = []
        for endpoint in endpoints where !order.contains(endpoint.path) { order.append(endpoint.path) }
        let methods = ["GET", "POST", "PUT", "PATCH", "DELETE"]
        entries = order.map { path in
            let own = endpoints.filter { $0.path == path }.sorted {
                (methods.firstIndex(of: $0.method.rawValue) ?? 9) < (methods.firstIndex(of: $1.method.rawValue) ?? 9)
            }
            return Entry(path: path, endpoints: own, argument: nil)
        }
        nearest = NearestPath(endpoints)
        byPath = Dictionary(
            entries.flatMap { [($0.path, $0), (PathTemplate.bare($0.path), $0)] },
            uniquingKeysWith: { first, _ in first })
    }

    /// Finds a path by the rules of the API's routing.
    subscript(path: String) -> Entry? {
        guard let (entry, argument) = PathTemplate.find(path[...], in: byPath) else { return nil }
        return Entry(path: entry.path, endpoints: entry.endpoints, argument: argument)
    }

    /// True if the members of the list at this path have a path of their own.
    func hasMembers(_ path: String) -> Bool { byPath[path.withSlash + "{id}"] != nil }
}
