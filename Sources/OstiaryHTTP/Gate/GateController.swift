// SPDX-License-Identifier: Apache-2.0

import HTTPTypes

/// The descriptions of the gate's operations. ``GateResponder`` serves them, with any method and whatever `Accept` says.
package enum GateController {
    static let path = "/api/authorize/"
    static let loginPath = "/api/authorize/login/"

    private static let parameters = [
        Parameter(
            "max_age", in: .query, .integer, example: "600",
            help: "The most seconds since the login of the user (RFC 9470). Anything but a number lets nobody in."),
        Parameter(
            "permission", in: .query, .text, example: "app.codename",
            help: "A permission that the user must have. Anything but a name lets nobody in; several must all be met."),
    ]

    private static func operation(
        _ path: String, _ name: String, _ id: String, _ summary: String, _ description: String,
        also successes: [Success] = []
    ) -> APIOperation {
        APIOperation(
            .get, path, name: name, operationID: id,
            about: .init(
                summary, description, tag: .service, parameters: parameters,
                successes: [Success("The request may pass.", .nothing, status: .noContent)] + successes,
                errors: [.insufficientAuthentication, .crossSiteRequest, .permissionDenied]),
            parsers: [], renderers: [])
    }

    /// The operations.
    package static let operations = [
        operation(
            path, "Gate", "authorize", "Ask if a request may pass",
            """
            For proxies: tells by an access token, or by the cookie of a browser, if a request may pass. The answer names the user in \
            `X-Auth-User-Id`, `X-Auth-Email`, `X-Auth-Session`, `X-Auth-Groups`, `X-Auth-Time` and `Remote-User`, each always present. \
            Any method is taken, and `Accept` and the body are ignored. 401 carries `Location` with the way to log in.
            """),
        operation(
            loginPath, "Gate with login", "authorizeOrLogIn", "Ask if a request may pass, else lead to the login",
            """
            As `/api/authorize/`, but a browser that opens a page without being logged in gets 303 to the login instead of 401.
            """, also: [Success("A browser is led to the login.", .nothing, status: .seeOther)]),
    ]
}
