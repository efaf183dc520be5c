// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
package import OstiaryCore

/// `POST /api/password/` and `DELETE /api/me/`: actions that need the account's password, not only a token.
package struct PasswordController: Sendable {
    private let passwords: PasswordChangeService

    package init(passwords: PasswordChangeService) { self.passwords = passwords }

    private static let current = Field(
        "current_password", .password, example: "securepassword", help: "Your current password."
    )
    private static let new = Field(
        "new_password", .password, minimumLength: Setting.passwordMinimumLength.values.minimum, maximumLength: 128,
        example: "another good one",
        help: "Your new password. The rules are those of registration."
    )
    private static let password = Field(
        "password", .password, example: "securepassword", help: "Your password, to confirm the deletion."
    )

    private static let changing = APIOperation(
        .post, "/api/password/", name: "Password", operationID: "changePassword",
        about: .init(
            "Change your password",
            """
            Sets a new password, ends all sessions of your account, and returns the tokens of a new session.
            """,
            tag: .accounts, fields: [Self.current, Self.new],
            successes: [.tokens("The tokens of the new session.")],
            errors: [.invalidFields], throttles: [Setting.throttlePassword.name]
        )
    )

    private static let deletion = APIOperation(
        .delete, "/api/me/", name: "Me",
        about: .init(
            "Delete your account",
            "Deletes your account and everything that belongs to it. This cannot be undone.",
            tag: .accounts, fields: [Self.password],
            successes: [Success("The account was deleted.", .nothing, status: .noContent)],
            errors: [.invalidFields, .accountInUse], throttles: [Setting.throttlePassword.name]
        )
    )

    /// The operations of the password endpoints.
    package static let operations = [changing, deletion]

    package var endpoints: [Endpoint] {
        [
            Endpoint(Self.changing, handler: change),
            Endpoint(Self.deletion, handler: deleteAccount),
        ]
    }

    private func change(_ call: Call, _ identity: Identity) async throws -> Answer {
        var fields = try FieldReader(call.payload)
        let current = fields.text(Self.current)
        let new = fields.text(Self.new)
        try fields.check()
        guard let current, let new else { throw Refusal.internalError }
        switch try await passwords.change(of: identity.user, from: current, to: new, in: call.context) {
        case .changed(let pair): return .tokens(pair)
        case .wrongPassword: throw Refusal.wrong(Self.current)
        case .refused(let violations): throw Refusal.password(Self.new, violations)
        }
    }

    private func deleteAccount(_ call: Call, _ identity: Identity) async throws -> Answer {
        var fields = try FieldReader(call.payload)
        let password = fields.text(Self.password)
        try fields.check()
        guard let password, try await passwords.deleteAccount(of: identity.user, password: password, in: call.context)
        else {
            throw Refusal.wrong(Self.password)
        }
        return .nothing
    }
}

extension Refusal {
    /// The refusal of a new password that violates the password policy.
    static func password(_ field: Field, _ violations: [PasswordViolation]) -> Refusal {
        .fields([(field.name, violations.map { FieldMessage(code: $0.code, text: $0.message) })])
    }

    static func wrong(_ field: Field) -> Refusal {
        .field(field.name, code: "wrong_password", "The password is not correct.")
    }
}
