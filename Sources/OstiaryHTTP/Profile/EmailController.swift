// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
package import OstiaryCore

/// The endpoints below `/api/email/`
package struct EmailController: Sendable {
    private let email: EmailService

    package init(email: EmailService) { self.email = email }

    /// The operations of the endpoints.
    package static let operations = [asking, confirming, changeAsking, changeConfirming, undoing]

    package var endpoints: [Endpoint] {
        [
            Endpoint(Self.asking, handler: ask), .public(Self.confirming, handler: confirm),
            Endpoint(Self.changeAsking, handler: askChange), .public(Self.changeConfirming, handler: change),
            .public(Self.undoing, handler: undo),
        ]
    }

    private func ask(_ call: Call, _ identity: Identity) async throws -> Answer {
        switch try await email.requestVerification(of: identity, in: call.context) {
        case .sent: return .sentence("detail", Answer.mailRequested, status: .accepted)
        case .alreadyVerified: throw Refusal.alreadyVerified
        }
    }

    private func confirm(_ call: Call) async throws -> Answer {
        let token = try token(call)
        guard case .done = try await email.verify(with: token, in: call.context) else { throw Refusal.invalidLink }
        return .sentence("success", Self.verified)
    }

    private func askChange(_ call: Call, _ identity: Identity) async throws -> Answer {
        var fields = try FieldReader(call.payload)
        let address = fields.email(Self.newEmail, isNew: true)
        let password = fields.text(Self.password)
        try fields.check()
        guard let address, let password else { throw Refusal.internalError }
        switch try await email.requestChange(of: identity, to: address, password: password, in: call.context) {
        case .sent: return .sentence("detail", Answer.mailRequested, status: .accepted)
        case .sameAddress:
            throw Refusal.field(Self.newEmail.name, code: "same_address", "It is the address of the account already.")
        case .emailTaken: throw Refusal.emailTaken
        case .wrongPassword: throw Refusal.wrong(Self.password)
        }
    }

    private func change(_ call: Call) async throws -> Answer {
        let token = try token(call)
        switch try await email.change(with: token, in: call.context) {
        case .done(let user): return .profile(user, showsVerification: true)
        case .invalid: throw Refusal.invalidLink
        case .emailTaken: throw Refusal.emailTaken
        }
    }

    private func undo(_ call: Call) async throws -> Answer {
        let token = try token(call)
        switch try await email.undo(with: token, in: call.context) {
        case .done: return .sentence("success", Self.undone)
        case .invalid: throw Refusal.invalidLink
        case .emailTaken: throw Refusal.emailTaken
        }
    }

    private func token(_ call: Call) throws -> OneTimeToken? {
        var fields = try FieldReader(call.payload)
        let token = fields.linkToken()
        try fields.check()
        return token
    }
}
