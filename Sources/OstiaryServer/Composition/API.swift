// SPDX-License-Identifier: Apache-2.0

package import OstiaryHTTP

/// The description of all operations that the product serves.
package enum API {
    /// The operations without handlers, so that documents and tests need no database.
    package static let operations: [APIOperation] = Feature.all.flatMap(\.operations)

    /// The endpoints that describe the API, including themselves.
    /// - Parameters:
    ///   - operations: all operations that the server serves.
    ///   - publicURL: the URL under which clients reach the server; nil if it is not known.
    static func schema(of operations: [APIOperation], publicURL: PublicURL?) -> SchemaController {
        SchemaController(describing: operations, version: Version.text, server: publicURL)
    }

    /// The description (OpenAPI 3.1) that `GET /api/schema/` answers on a server without a public URL.
    /// - Parameters:
    ///   - isYAML: true for YAML, false for JSON.
    ///   - hasJSONBodiesOnly: true to leave out the media types of request bodies other than JSON.
    ///   - features: the features of the program, in addition to those of every server.
    package static func openAPI(
        isYAML: Bool, hasJSONBodiesOnly: Bool = false, features: [Feature] = []
    ) -> [UInt8] {
        schema(of: operations + features.flatMap(\.operations), publicURL: nil)
            .text(as: isYAML ? .yaml : .json, bodies: hasJSONBodiesOnly ? [.json] : BodyFormat.allCases)
    }
}
