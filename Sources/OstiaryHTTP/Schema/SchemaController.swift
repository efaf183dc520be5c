// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import OstiaryCore
import Synchronization

/// `GET /api/`, `GET /api/schema/` and `GET /docs/errors/`: the description of the server, for people and programs.
package struct SchemaController: Sendable {
    private let described: [APIOperation]
    private let version: String
    private let server: PublicURL?

    /// - Parameters:
    ///   - operations: all operations that the server serves, without those of this controller. The server does not
    ///     start if two have the same ``APIOperation/operationID``.
    ///   - version: the version of the program.
    ///   - server: the server's public URL; nil if it is not known.
    package init(describing operations: [APIOperation], version: String, server: PublicURL? = nil) {
        self.described = operations + Self.operations
        var seen: Set<String> = []
        for operation in described {
            precondition(
                seen.insert(operation.operationID).inserted, "two operations have the id \(operation.operationID)")
        }
        self.version = version
        self.server = server
    }

    package static let indexing = APIOperation(
        .get, "/api/", name: "Index", operationID: "listEndpoints", security: .public, about: aboutIndex, parsers: [])
    package static let describing = APIOperation(
        .get, "/api/schema/", name: "Schema", security: .public, about: aboutSchema, parsers: [],
        renderers: Renderer.usual + [.yaml])
    package static let explaining = APIOperation(
        .get, "/docs/errors/", name: "Errors", operationID: "listErrorCodes", security: .public, about: aboutErrors,
        parsers: [])

    /// The operations of the description's endpoints.
    package static let operations = [indexing, describing, explaining]

    package var endpoints: [Endpoint] {
        let described = LazyAnswer { schema() }
        return [
            .public(Self.indexing) { _ in index }, .public(Self.describing) { _ in described.answer },
            .public(Self.explaining) { _ in Self.errors },
        ]
    }

    /// The description (OpenAPI 3.1) of all endpoints.
    /// - Parameter bodies: the formats of request bodies that it names.
    private func document(_ bodies: [BodyFormat]) -> JSONValue {
        let operations = described.map { $0.reading(bodies) }
        return OpenAPIDocument(operations: operations, version: version, server: server?.text ?? "/").json
    }

    private func schema(_ bodies: [BodyFormat] = BodyFormat.allCases) -> Answer {
        let document = document(bodies)
        var answer = Answer { $0.write(document) }
        answer.yaml = YAMLText.bytes(of: document)
        return answer
    }

    /// The description in JSON or YAML, as the server sends it.
    /// - Parameter bodies: the formats of request bodies that it names; the server reads the others all the same.
    package func text(as renderer: Renderer, bodies: [BodyFormat] = BodyFormat.allCases) -> [UInt8] {
        let schema = schema(bodies)
        return renderer == .yaml ? schema.yaml ?? schema.json : schema.json
    }

    private var index: Answer {
        Answer { $0.index(of: described, under: server?.path ?? "") }
    }

    private static let aboutIndex = APIOperation.About(
        "List the endpoints", "Lists the path of each endpoint by its name.", tag: .service,
        successes: [
            Success(
                "The endpoints.",
                .map(of: .value(.string, example: "/api/me/"), help: "A path; `{…}` stands for a variable part."))
        ]
    )
    private static let aboutSchema = APIOperation.About(
        "Describe the API",
        "Returns this description (OpenAPI 3.1) as JSON, or as YAML for `Accept: application/yaml` or `?format=yaml`.",
        tag: .service, successes: [Success("The description.", .document(help: "An OpenAPI document."))]
    )
}

/// An answer that is made at the first request: most servers never need it, and the start must not wait for it.
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
    /// - Parameter path: the path under which clients reach the server; empty for none.
    mutating func index(of operations: [APIOperation], under path: String) {
        var seen: Set<String> = []
        beginObject()
        for operation in operations where seen.insert(operation.path).inserted {
            key(operation.name.lowercased())
            string(path + operation.path)
        }
        endObject()
    }
}
