// SPDX-License-Identifier: Apache-2.0

import Logging
import OstiaryVerifier

/// The programs of Sources/OstiaryVerifier/OstiaryVerifier.docc/Verifier.md: their lines are compared with the article.
enum ArticlePrograms {
    struct Found: Equatable {
        let subject: String
        let tenant: String
        let immediate: String
    }

    static func verify(_ issuer: String, _ clientID: String, _ secret: String, _ text: String) async throws -> Found {
        let verifier = try TokenVerifier(
            issuer: issuer, audience: ["notes"],
            feed: RevocationFeed(clientID: clientID, secret: secret))

        let following = Task { await verifier.follow() }
        defer { following.cancel() }
        while !verifier.isFresh { try await Task.sleep(for: .milliseconds(5)) }

        let token = try await verifier.verify(text)
        print(token.subject, token.sessionID)

        struct Tenant: Decodable {
            let tenant: String
        }
        let tenant = try token.decode(Tenant.self).tenant
        return Found(
            subject: token.subject, tenant: tenant, immediate: try await immediately(verifier, text).subject)
    }

    static func immediately(_ verifier: TokenVerifier, _ text: String) async throws -> VerifiedToken {
        let known = try verifier.verifyImmediately(text)
        let token = if let known { known } else { try await verifier.verify(text) }
        return token
    }

    enum Outcome: Equatable {
        case accepted(String)
        case unauthorized(String)
        case later
    }

    static func outcome(_ verifier: TokenVerifier, _ text: String) async -> Outcome {
        do throws(VerificationError) {
            return .accepted(try await verifier.verify(text).subject)
        } catch {
            switch error {
            case .refused(let reason): return .unauthorized(reason.rawValue)
            case .unavailable: return .later
            }
        }
    }

    static func loggingOptions(_ logger: Logger) -> TokenVerifier.Options {
        var options = TokenVerifier.Options()
        options.onEvent = { event in logger.warning("\(event)") }
        return options
    }
}
