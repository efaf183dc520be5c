// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
package import OstiaryHTTP

/// The API as pages: documentation, answers and forms at the API's own paths, made by a client of it in this process.
package struct BrowsableAPI: Site {
    /// The people who may see the pages.
    package enum Audience: Sendable {
        case everybody, staff
    }

    let directory: EndpointIndex
    /// The scheme, host and port with which sample code begins.
    let address: String
    private let audience: Audience
    /// The version of the program, which the start page shows.
    let version: String

    package let prefix = "/"
    package let navigation: [NavigationLink]
    package let signUp: String?

    /// - Parameters:
    ///   - operations: all operations that the server serves.
    ///   - address: the scheme, host and port under which clients reach the server.
    ///   - audience: the people who may see the pages.
    ///   - version: the version of the program.
    package init(operations: [APIOperation], address: String, audience: Audience, version: String) {
        let directory = EndpointIndex(operations)
        self.directory = directory
        self.address = address
        self.audience = audience
        self.version = version
        self.signUp = directory[RegistrationController.operation.path]?.path
        self.navigation = [
            (name: "API", operation: SchemaController.indexing), ("Schema", SchemaController.describing),
            ("Errors", SchemaController.explaining),
        ].filter { directory[$0.operation.path] != nil }.map { NavigationLink($0.name, to: $0.operation.path) }
    }

    /// The request of a registration with curl; nil if the server has no registration.
    var firstRequest: String? {
        guard signUp != nil else { return nil }
        return Sample.curl(of: RegistrationController.operation, address: address)
    }

    package func admits(_ visitor: PageSession) -> Bool { audience == .everybody || visitor.isStaff }

    package func answer(_ request: inout PageRequest) async throws -> OutgoingResponse { try await browse(&request) }
}
