// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
package import OstiaryCore

/// `POST /api/register/`
package struct RegistrationController: Sendable {
    private let registration: RegistrationService
    private let showsVerification: Bool

    /// - Parameter showsVerification: true to tell if the address is proven.
    package init(registration: RegistrationService, showsVerification: Bool = false) {
        self.registration = registration
        self.showsVerification = showsVerification
    }

    private static let email = Field.email(
        help: """
            The address to log in with, in ASCII: write an internationalized domain in its `xn--…` form. Surrounding \
            spaces are removed, and upper and lower case make no difference.
            """
    )
    private static let password = Field(
        "password", .password, minimumLength: Setting.passwordMinimumLength.values.minimum, maximumLength: 128,
        example: "securepassword",
        help: """
            At least 8 characters, unless the operator has set `PASSWORD_MIN_LENGTH`. Common passwords, digits only, and \
            passwords similar to the e-mail address are refused.
            """
    )

    package static let operation = APIOperation(
        .post, "/api/register/", name: "Register", security: .public,
        about: .init(
            "Create an account",
            """
            Creates an account, which can log in right away.

            A refusal lists the errors of all fields; the rules for passwords are checked only after everything else. \
            Unknown fields are ignored. The status of a success is 200, not 201. The e-mail address must not have a \
            quoted local part, and its domain is stored in lower case.
            """,
            tag: .accounts, fields: [Self.email, Self.password],
            successes: [
                Success(
                    "The new account.", .profile,
                    links: [
                        Link(
                            "login", to: "login",
                            body: [
                                ("email", "$request.body#/email"), ("password", "$request.body#/password"),
                            ],
                            help: "The new account can log in at once."
                        )
                    ]
                ),
                Success(
                    """
                    Where `EMAIL_VERIFICATION` is `required`: a message is on its way, and the account exists once its \
                    link was used. The same for an address that has an account.
                    """, .sentence("RegistrationRequested", "detail", confirmationNeeded), status: .accepted),
            ],
            errors: [.invalidFields], throttles: [Setting.throttleRegister.name]
        )
    )

    private static let confirmationNeeded = "A mail is on its way. Open its link to complete the registration."

    /// The operation of the registration endpoint.
    package static let operations = [operation]

    package var endpoints: [Endpoint] {
        [
            .public(Self.operation, handler: register)
        ]
    }

    private func register(_ call: Call) async throws -> Answer {
        var fields = try FieldReader(call.payload)
        let email = fields.email(Self.email, isNew: true)
        let password = fields.text(Self.password)
        // Report a taken address together with the errors of other fields, although registration was not tried.
        if fields.hasErrors, let email, try await registration.isTaken(email, in: call.context) {
            fields.refuse(Self.email, .emailTaken)
        }
        try fields.check()
        guard let email, let password else { throw Refusal.internalError }
        switch try await registration.register(email: email, password: password, in: call.context) {
        case .registered(let user): return .profile(user, showsVerification: showsVerification)
        case .confirmationNeeded: return .sentence("detail", Self.confirmationNeeded, status: .accepted)
        case .emailTaken: throw Refusal.emailTaken
        case .passwordRefused(let violations): throw Refusal.password(Self.password, violations)
        }
    }
}

extension Field {
    static func email(isRequired: Bool = true, help: String) -> Field {
        Field(
            "email", .email, maximumLength: EmailAddress.maximumLength, isRequired: isRequired,
            example: "first@example.com", help: help
        )
    }
}
