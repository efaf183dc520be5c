// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird
import OstiaryVerifier
import OstiaryVerifierHummingbird

/// The program of docs/guides/protect-your-api.md: its lines are compared with the guide.
func protectedNotes(_ issuer: String, _ clientID: String, _ secret: String) throws -> some ApplicationProtocol {
    let verifier = try TokenVerifier(
        issuer: issuer, audience: ["notes"],
        feed: RevocationFeed(clientID: clientID, secret: secret))

    let router = Router(context: BasicVerifiedRequestContext.self)
    router.group("notes").add(middleware: VerifierMiddleware.required(verifier)).get { _, context in
        "Notes of account \(try context.requireToken().subject)"
    }
    router.get("readyz") { _, _ in verifier.isFresh ? HTTPResponse.Status.ok : .serviceUnavailable }

    var application = Application(router: router)
    application.addServices(verifier)
    return application
}
