// SPDX-License-Identifier: Apache-2.0

package import OstiaryCore

extension SQLLinkStore {
    package func tryCode(
        _ code: MailPreparation.Code, tries: Int, wrongTries: Int, in context: RequestContext
    ) async throws -> User.ID? {
        // The try is counted before it is compared, so concurrent tries cannot be more.
        let attempt: SQLQuery = """
            UPDATE ostiary_one_time_token SET attempts = attempts + 1
            WHERE code_token = \(code.token.bytes) AND attempts < \(Int64(tries))
                AND expires_at > \(context.now.microseconds)
            RETURNING user_id, code
            """
        return try await database.commit(in: context) { transaction in
            guard let row = try transaction.run(attempt).first else { return nil }
            let user = try row.integer(0)
            // An account whose wrong tries of a day are used up has the link only, whatever code is given.
            guard try transaction.take("code/\(user)", most: wrongTries, in: 86_400, at: context.now) else {
                return nil
            }
            guard try row.blob(1) == code.code.bytes else { return nil }
            try transaction.execute(
                "UPDATE ostiary_mail_budget SET count = count - 1 WHERE subject = \("code/\(user)")")
            return user
        }
    }

    package func tryRegistration(
        _ digest: OneTimeDigest, tries: Int, in context: RequestContext
    ) async throws -> PendingRegistration? {
        let attempt: SQLQuery = """
            UPDATE ostiary_pending_registration SET attempts = attempts + 1
            WHERE digest = \(digest.bytes) AND attempts < \(Int64(tries)) AND expires_at > \(context.now.microseconds)
            RETURNING email, password, expires_at
            """
        return try await database.commit(in: context) { transaction in
            try transaction.run(attempt).first.flatMap { row in
                try EmailAddress(row.text(0)).map {
                    PendingRegistration(
                        digest: digest, email: $0, encodedPassword: try row.text(1), expiresAt: try row.timestamp(2))
                }
            }
        }
    }

    package func completeRegistration(
        _ digest: OneTimeDigest, creating user: NewUser, in context: RequestContext
    ) async throws -> AccountCreation? {
        let use: SQLQuery = "DELETE FROM ostiary_pending_registration WHERE digest = \(digest.bytes)"
        do {
            return try await database.commit(in: context) { transaction in
                guard try transaction.execute(use) == 1 else { return nil }
                let made = try transaction.insert(user, at: context.now)
                if let network = user.network { try transaction.note(network, of: made.id, at: context.now) }
                try transaction.record(.account(made.id, madeIn: context))
                return .created(try transaction.verified(made, in: context))
            } trace: { connection in
                try connection.trace(of: .registered, in: context).map { .some(.created($0)) }
            }
        } catch let error as SQLError {
            try await database.requireTaken(error, user.email.text, in: context)
            return .emailTaken
        }
    }
}
