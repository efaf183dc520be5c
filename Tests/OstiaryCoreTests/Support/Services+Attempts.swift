// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import OstiaryCore

extension Services {
    enum Outcome: Sendable, Equatable {
        case loggedIn
        case refused
        case throttled(Throttled)
        case failed
    }

    /// A login as it ends for the client.
    func attempt(_ email: String, _ password: String, from address: String) async -> Outcome {
        do {
            let origin = ClientOrigin(address: IPAddress(address))
            let pair = try await login.login(email: EmailAddress(email), password: password, in: context(origin))
            return pair == nil ? .refused : .loggedIn
        } catch let throttled as Throttled {
            return .throttled(throttled)
        } catch {
            return .failed
        }
    }

    /// An account with the password `securepassword`, made without a request.
    func enrol(_ email: String) async throws -> User.ID {
        try await accounts.createUser(email: email, password: "securepassword", in: context()).id
    }
}
