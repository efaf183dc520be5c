// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
package import OstiaryCore

/// `POST /api/register/`
package struct RegistrationController: Sendable {
    private let registration: RegistrationService

    package init(registration: RegistrationService) { self.registration = registration }

    private static let email = Field.email(
        help: """
            The login, in ASCII: write a foreign domain as its A-label (`xn--…`), and do not quote the local part. \
            White space at both ends is removed; the domain becomes lower case. Addresses that differ in case are one \
            account.
            """
    )
    private static let password = Field(
        "password", .password, minimumLength: Setting.passwordMinimumLength.range.lowerBound, maximumLength: 128,
        example: "securepassword",
        help: """
            Used as sent. It must have at least `PASSWORD_MIN_LENGTH` characters (8 by default) and must not be \
            a common password, entirely numeric, or similar to the e-mail address.
            """
    )

    private static let operation = APIOperation(
        .post, "/api/register/", name: "Register", security: .public,
        about: .init(
            "Create an account",
            """
            Creates an account with an e-mail address and a password. The account can log in at once. Unknown \
            fields are ignored. The answer lists all errors of all fields; the password is checked against the \
            password rules only if all other checks pass. The status is 200, not 201.
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
                )
            ],
            errors: [.invalidFields], throttles: [Setting.throttleRegister.name]
        )
    )

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
        case .registered(let user): return .profile(user)
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
