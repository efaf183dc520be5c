// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import OstiaryCore
import Synchronization

/// `GET /api/`, `GET /api/schema/` and `GET /docs/errors/`: what there is, for people and programs.
public struct SchemaController: Sendable {
    private let others: [Endpoint]
    private let version: String
    private let server: String

    /// - Parameters:
    ///   - endpoints: all others that are served.
    ///   - version: of the program.
    ///   - server: the address under which clients know it; nil if that is not known.
    public init(describing endpoints: [Endpoint], version: String, server: String? = nil) {
        self.others = endpoints
        self.version = version
        self.server = server ?? "/"
    }

    /// Its own endpoints and those it describes.
    public var all: [Endpoint] { others + endpoints }

    public var endpoints: [Endpoint] {
        let described = LazyAnswer { schema }
        return [
            .public(.get, "/api/", name: "Index", about: Self.aboutIndex, parsers: []) { _ in index },
            .public(
                .get, "/api/schema/", name: "Schema", about: Self.aboutSchema, parsers: [],
                renderers: Renderer.usual + [.yaml]
            ) { _ in described.answer },
            .public(.get, "/docs/errors/", name: "Errors", about: Self.aboutErrors, parsers: []) { _ in Self.errors },
        ]
    }

    /// The description (OpenAPI 3.1) of all endpoints.
    private var document: JSONValue {
        OpenAPIDocument(endpoints: all, version: version, server: server).json
    }

    private var schema: Answer {
        let document = document
        var answer = Answer { $0.write(document) }
        answer.yaml = YAMLText.bytes(of: document)
        return answer
    }

    /// The description as JSON or YAML, as it is served.
    public func text(as renderer: Renderer) -> [UInt8] {
        let schema = schema
        return renderer == .yaml ? schema.yaml ?? schema.json : schema.json
    }

    private var index: Answer {
        Answer { $0.index(of: all) }
    }

    private static let aboutIndex = Endpoint.About(
        "List the endpoints", "The path of each endpoint by its name, for whoever looks around.", tag: .service,
        successes: [
            Success("The endpoints.", .map(of: .string, help: "A path, `{…}` in it standing for what varies."))
        ]
    )
    private static let aboutSchema = Endpoint.About(
        "Describe the API",
        "This description (OpenAPI 3.1): JSON, or YAML for `Accept: application/yaml` and with `?format=yaml`.",
        tag: .service, successes: [Success("The description.", .document(help: "An OpenAPI document."))]
    )
}

/// Made at the first request: few servers are ever asked, and none should start later for it.
private final class LazyAnswer: Sendable {
    private let made = Mutex<Answer?>(nil)
    private let make: @Sendable () -> Answer

    init(_ make: @escaping @Sendable () -> Answer) { self.make = make }

    var answer: Answer {
        made.withLock { made in
            let answer = made ?? make()
            made = answer
            return answer
        }
    }
}

extension JSONWriter {
    /// The path of each resource by its name in lower case.
    mutating func index(of endpoints: [Endpoint]) {
        var seen: Set<String> = []
        beginObject()
        for endpoint in endpoints where seen.insert(endpoint.path).inserted {
            key(endpoint.name.lowercased())
            string(endpoint.path)
        }
        endObject()
    }
}
