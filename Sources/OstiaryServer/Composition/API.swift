// SPDX-License-Identifier: Apache-2.0

package import OstiaryHTTP

/// The description of everything that the product serves.
package enum API {
    /// Without handlers, so that documents and tests need no database.
    package static let operations: [APIOperation] = Feature.all.flatMap(\.operations)

    /// The description of the API and of itself.
    /// - Parameters:
    ///   - operations: everything that is served.
    ///   - publicURL: under which clients know the server; nil if that is not known.
    static func schema(of operations: [APIOperation], publicURL: String?) -> SchemaController {
        SchemaController(describing: operations, version: Version.text, server: publicURL)
    }

    /// The description in OpenAPI 3.1 as `GET /api/schema/` answers it, for a server whose address is not known.
    /// - Parameter isYAML: else it is JSON.
    package static func openAPI(isYAML: Bool) -> [UInt8] {
        schema(of: operations, publicURL: nil).text(as: isYAML ? .yaml : .json)
    }
}
