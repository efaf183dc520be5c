// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import OstiaryCore

/// The account that a command is about.
struct AccountArgument: ParsableArguments {
    @Argument(
        help: "The account's e-mail address, in any case of its letters, or its id.", transform: AccountArgument.read
    )
    var reference: AccountReference

    /// - Throws: `ValidationError`.
    static func read(_ text: String) throws -> AccountReference {
        guard let reference = AccountReference(text) else {
            throw ValidationError("an account is named by its e-mail address or its id, not \"\(text.printable)\"")
        }
        return reference
    }
}

/// The result of a command that changes an account: its last line, or one JSON object.
struct AccountReport {
    /// The account after the change.
    let user: User
    /// The predicate of the line, without a full stop: `was activated`.
    let text: String
    /// False if nothing had to be done.
    var isChange = true
    /// nil if the command ends no sessions.
    var endedSessions: Int?

    func print(as output: JSONOption) throws {
        guard output.json else {
            let sessions = endedSessions.flatMap { $0 > 0 ? $0 : nil }
            let more = sessions.map { " \($0) \($0 == 1 ? "session" : "sessions") ended." } ?? ""
            return try Terminal.print("\(user.email.printable) \(text).\(more)")
        }
        try Terminal.document { json in
            json.beginObject()
            json.member("id", user.id)
            json.member("email", user.email)
            json.member("changed", isChange)
            if let endedSessions { json.member("sessions_ended", Int64(endedSessions)) }
            json.endObject()
        }
    }
}
