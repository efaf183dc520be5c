// SPDX-License-Identifier: Apache-2.0

public import OstiaryHTTP

/// The list of all that is served. An operation is added here, once with its controller and once with what that stands on.
public enum API {
    /// Without handlers, so that documents and tests need no database.
    public static let operations: [APIOperation] =
        RegistrationController.operations + LoginController.operations + RefreshController.operations
        + LogoutController.operations + ProfileController.operations + SessionController.operations
        + PasswordController.operations + HealthController.operations

    /// - Parameter readiness: asked by each `GET /readyz`.
    static func endpoints(
        of services: Services, readiness: @escaping @Sendable () async -> Readiness
    ) -> [Endpoint] {
        RegistrationController(registration: services.registration).endpoints
            + LoginController(login: services.login).endpoints
            + RefreshController(refresh: services.refresh).endpoints
            + LogoutController(logout: services.logout).endpoints
            + ProfileController(profile: services.profile).endpoints
            + SessionController(sessions: services.sessions).endpoints
            + PasswordController(passwords: services.ownPasswords).endpoints
            + HealthController(readiness: readiness).endpoints
    }

    /// The description of the API and of itself.
    /// - Parameter publicURL: under which clients know the server; nil if that is not known.
    static func schema(publicURL: String?) -> SchemaController {
        SchemaController(describing: operations, version: Version.text, server: publicURL)
    }

    /// The description in OpenAPI 3.1 as `GET /api/schema/` answers it, for a server whose address is not known.
    /// - Parameter isYAML: else it is JSON.
    public static func openAPI(isYAML: Bool) -> [UInt8] {
        schema(publicURL: nil).text(as: isYAML ? .yaml : .json)
    }
}
