// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Metrics
import OstiaryCore

/// The endpoints of one path, with the values that follow from them.
struct Resource: Sendable {
    let path: String
    let name: String
    private let endpoints: [HTTPRequest.Method: Endpoint]
    /// The header fields of each answer, made once.
    let headers: HTTPFields
    let options: Answer
    let renderers: [Renderer]
    let metrics: ResourceMetrics

    /// The order in which `Allow` lists methods.
    private static let methodOrder: [HTTPRequest.Method] = [.get, .post, .put, .patch, .delete]

    /// - Parameters:
    ///   - endpoints: all endpoints of one path; the first one gives the name.
    ///   - vary: the value of `Vary`: the request headers on which answers depend.
    init?(_ endpoints: [Endpoint], vary: String = "Accept") {
        guard let first = endpoints.first else { return nil }
        self.path = first.path
        self.name = first.name
        let byMethod = Dictionary(endpoints.map { ($0.method, $0) }, uniquingKeysWith: { first, _ in first })
        self.endpoints = byMethod
        var allowed = Self.methodOrder.filter { byMethod[$0] != nil }.map(\.rawValue)
        if byMethod[.get] != nil { allowed.append("HEAD") }
        allowed.append("OPTIONS")
        self.headers = AnswerHeaders.common(allow: allowed.joined(separator: ", "), vary: vary)
        self.options = Self.describe(endpoints, as: first)
        self.renderers = first.renderers
        self.metrics = ResourceMetrics(name: first.name)
    }

    /// The endpoint of a method. `HEAD` uses that of `GET`, and its body is not sent (RFC 9110 §9.3.2).
    func endpoint(for method: HTTPRequest.Method) -> Endpoint? {
        endpoints[method == .head ? .get : method]
    }

    private static func describe(_ endpoints: [Endpoint], as endpoint: Endpoint) -> Answer {
        let description =
            endpoints.count == 1
            ? endpoint.description
            : endpoints.map { "\($0.method.rawValue): \($0.description)" }.joined(separator: "\n")
        return Answer { json in
            json.beginObject()
            json.key("name")
            json.string(endpoint.name)
            json.key("description")
            json.string(description)
            json.key("renders")
            json.strings(endpoint.renderers.map(\.mediaType))
            json.key("parses")
            json.strings(endpoint.parsers.map(\.rawValue))
            json.demands(of: endpoints)
            json.endObject()
        }
    }
}

extension JSONWriter {
    /// The demands by method; nothing if no endpoint demands more than a token.
    fileprivate mutating func demands(of endpoints: [Endpoint]) {
        let demands = endpoints.compactMap { endpoint in endpoint.security.demand.map { (endpoint.method, $0) } }
        guard !demands.isEmpty else { return }
        key("demands")
        beginObject()
        for (method, demand) in demands {
            key(method.rawValue)
            beginObject()
            key("staff")
            bool(demand.isStaff)
            key("permission")
            if let permission = demand.permission { string(permission.rawValue) } else { null() }
            key("fresh")
            bool(demand.isFresh)
            endObject()
        }
        endObject()
    }

    mutating func strings(_ values: [String]) {
        beginArray()
        for value in values { string(value) }
        endArray()
    }
}
