// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import OstiaryHTTP

/// Which endpoints a path has, and where each is described.
struct Directory: Sendable {
    /// All endpoints of one path, in the order of their methods.
    struct Place: Sendable {
        /// As the endpoints name it, perhaps with `{id}`.
        let path: String
        let endpoints: [APIOperation]
        /// What stands for `{id}`.
        let argument: String?

        var name: String { endpoints.first?.name ?? "" }

        /// The parameter of a page's query that asks for the bytes of an answer, so that a browser's own session is used.
        static let bytes = "_bytes"

        /// In which forms the bytes of the answer to `GET` can be shown.
        var documents: [Renderer] {
            endpoints.first { $0.method == .get }?.renderers.filter { $0 != .html } ?? []
        }
    }

    /// In the order in which the server lists them.
    let places: [Place]
    private let byPath: [String: Place]
    let nearest: NearestPath

    init(_ endpoints: [APIOperation]) {
        var order: [String] = []
        for endpoint in endpoints where !order.contains(endpoint.path) { order.append(endpoint.path) }
        let methods = ["GET", "POST", "PUT", "PATCH", "DELETE"]
        places = order.map { path in
            let own = endpoints.filter { $0.path == path }.sorted {
                (methods.firstIndex(of: $0.method.rawValue) ?? 9) < (methods.firstIndex(of: $1.method.rawValue) ?? 9)
            }
            return Place(path: path, endpoints: own, argument: nil)
        }
        nearest = NearestPath(endpoints)
        byPath = Dictionary(places.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// By the rules of the API's own routing: with and without the last slash, and the last part may be any.
    subscript(path: String) -> Place? {
        let full = path.withSlash
        if let place = byPath[full] { return place }
        let parts = full.dropLast()
        guard let slash = parts.utf8.lastIndex(of: UInt8(ascii: "/")) else { return nil }
        let argument = parts[parts.index(after: slash)...]
        guard !argument.isEmpty, let place = byPath[parts[...slash] + "{id}/"] else { return nil }
        return Place(path: place.path, endpoints: place.endpoints, argument: String(argument))
    }

    /// Whether members of a list at this path have a path of their own.
    func hasMembers(_ path: String) -> Bool { byPath[path + "{id}/"] != nil }
}
