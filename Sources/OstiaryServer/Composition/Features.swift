// SPDX-License-Identifier: Apache-2.0

import OstiaryHTTP

extension Feature {
    /// The features of every server, in the order of the documentation. Those of the program alone stand in
    /// `OstiaryCommand.swift`, beside the commands.
    static let all = core + mail + administration

    /// The features that cannot be switched off.
    static let core: [Feature] = [
        Feature(operations: RegistrationController.operations) {
            RegistrationController(
                registration: $0.services.registration, showsVerification: $0.services.mail != nil
            ).endpoints
        },
        Feature(operations: LoginController.operations) { LoginController(login: $0.services.login).endpoints },
        Feature(operations: RefreshController.operations) { RefreshController(refresh: $0.services.refresh).endpoints },
        Feature(operations: LogoutController.operations) { LogoutController(logout: $0.services.logout).endpoints },
        Feature(operations: ProfileController.operations) {
            ProfileController(
                profile: $0.services.profile, showsVerification: $0.services.mail != nil
            ).endpoints
        },
        Feature(operations: SessionController.operations) {
            SessionController(sessions: $0.services.sessions).endpoints
        },
        Feature(operations: PasswordController.operations) {
            PasswordController(passwords: $0.services.ownPasswords).endpoints
        },
        Feature(operations: KeyController.operations) { $0.keys.endpoints },
        Feature(operations: IntrospectionController.operations) {
            IntrospectionController(introspection: $0.services.introspection, revocation: $0.services.revocation)
                .endpoints
        },
        Feature(operations: RevocationController.operations) { $0.revocations.endpoints },
        // The gate answers before the endpoints do, with any method.
        Feature(operations: GateController.operations),
        Feature(operations: HealthController.operations) { HealthController(readiness: $0.readiness).endpoints },
    ]
    /// The features of a server that sends mail.
    static let mail: [Feature] = [
        Feature(operations: RecoveryController.operations) {
            $0.services.mail.map { RecoveryController(recovery: $0.recovery).endpoints } ?? []
        },
        Feature(operations: EmailController.operations) {
            $0.services.mail.map { EmailController(email: $0.email).endpoints } ?? []
        },
        Feature(operations: EmailLoginController.operations) {
            $0.services.mail.map { EmailLoginController(login: $0.login).endpoints } ?? []
        },
        Feature(operations: RegistrationConfirmationController.operations) {
            $0.services.mail.map { RegistrationConfirmationController(registration: $0.registration).endpoints } ?? []
        },
        Feature(operations: LinkController.operations) {
            $0.services.mail.map { LinkController(links: $0.links).endpoints } ?? []
        },
    ]

    /// The features that `--admin off` leaves out.
    static let administration: [Feature] = [
        Feature(operations: UserController.operations) {
            UserController(
                accounts: $0.services.administration.accounts, showsVerification: $0.services.mail != nil
            ).endpoints
        },
        Feature(operations: GroupController.operations) {
            GroupController(groups: $0.services.administration.groups).endpoints
        },
        Feature(operations: SetupController.operations) { SetupController(setup: $0.services.setup).endpoints },
        Feature(operations: SettingController.operations) {
            SettingController(settings: $0.services.administration.editedSettings).endpoints
        },
        Feature(operations: AllSessionsController.operations) {
            AllSessionsController(
                sessions: $0.services.sessions, accounts: $0.services.administration.accounts
            ).endpoints
        },
        Feature(operations: AuditController.operations) {
            AuditController(audit: $0.services.administration.audit).endpoints
        },
        Feature(operations: OverviewController.operations) {
            OverviewController(logins: $0.services.administration.logins, condition: $0.condition).endpoints
        },
        Feature(operations: OwnRightsController.operations) {
            OwnRightsController(showsVerification: $0.services.mail != nil).endpoints
        },
    ]
}
