import HTTPTypes
public import OstiaryCore

/// `POST /api/password/` and `DELETE /api/me/`: what a user may do only by the password itself.
public struct PasswordController: Sendable {
    private let passwords: PasswordChangeService

    public init(passwords: PasswordChangeService) { self.passwords = passwords }

    public var endpoints: [Endpoint] {
        [
            Endpoint(.post, "/api/password/", name: "Password", handler: change),
            Endpoint(.delete, "/api/me/", name: "Me", handler: deleteAccount),
        ]
    }

    private func change(_ call: Call, _ identity: Identity) async throws -> Answer {
        var fields = try FieldReader(call.payload)
        let current = fields.text("current_password", .init(trims: false))
        let new = fields.text("new_password", .init(maximumLength: 128, trims: false))
        try fields.check()
        guard let current, let new else { throw Refusal.internalError }
        switch try await passwords.change(of: identity.user, from: current, to: new, origin: call.origin) {
        case .changed(let pair): return .tokens(pair)
        case .wrongPassword: throw Refusal.wrongPassword("current_password")
        case .refused(let violations):
            throw Refusal.fields([("new_password", violations.map { FieldMessage(code: $0.code, text: $0.message) })])
        }
    }

    private func deleteAccount(_ call: Call, _ identity: Identity) async throws -> Answer {
        var fields = try FieldReader(call.payload)
        let password = fields.text("password", .init(trims: false))
        try fields.check()
        guard let password, try await passwords.deleteAccount(of: identity.user, password: password) else {
            throw Refusal.wrongPassword("password")
        }
        return .nothing
    }
}

extension Refusal {
    fileprivate static func wrongPassword(_ field: String) -> Refusal {
        .field(field, code: "wrong_password", "The password is not correct.")
    }
}
