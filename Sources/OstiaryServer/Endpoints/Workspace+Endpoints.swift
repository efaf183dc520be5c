// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import OstiaryHTTP

extension Workspace {
    /// Everything that is served, on the stores of the workspace.
    func schema(
        issuer: TokenIssuer, throttling: Throttling, refusals: RefusalTally,
        readiness: @escaping @Sendable () async -> Readiness
    ) -> SchemaController {
        let (accounts, sessions) = (storage.accounts, storage.sessions)
        let opener = SessionOpener(issuer: issuer, settings: settings)
        let words = PasswordPolicy.contextWords(publicURL: configuration.publicURL)
        let ownPasswords = PasswordChangeService(
            accounts: accounts, stored: storage.passwords, passwords: passwords, opener: opener, settings: settings,
            throttling: throttling, refusals: refusals, contextWords: words
        )
        let endpoints =
            RegistrationController(
                registration: RegistrationService(
                    accounts: accounts, passwords: passwords, settings: settings, throttling: throttling,
                    contextWords: words
                )
            ).endpoints
            + LoginController(
                login: LoginService(
                    accounts: accounts, sessions: sessions, stored: storage.passwords, passwords: passwords,
                    opener: opener, throttling: throttling, refusals: refusals
                )
            ).endpoints
            + RefreshController(
                refresh: RefreshService(
                    sessions: sessions, issuer: issuer, settings: settings, throttling: throttling
                )
            ).endpoints
            + LogoutController(logout: LogoutService(sessions: sessions)).endpoints
            + ProfileController(
                profile: ProfileService(
                    accounts: accounts, passwords: ownPasswords, throttling: throttling
                )
            ).endpoints
            + SessionController(sessions: SessionService(sessions: sessions)).endpoints
            + PasswordController(passwords: ownPasswords).endpoints
            + HealthController(readiness: readiness).endpoints
        return SchemaController(
            describing: endpoints, version: Version.text, server: configuration.publicURL
        )
    }
}
