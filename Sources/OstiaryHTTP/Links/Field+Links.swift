// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import OstiaryCore

extension Field {
    /// The token of a link. Any text is read, since a malformed token gets the same answer as an unknown one.
    static let linkToken = Field(
        "token", .token, maximumLength: 128, example: "q8yP0vJt3mZ5sYw2n7Xk1A",
        help: "The token at the end of the link.")

    /// A new password beside a link.
    static let chosenPassword = Field(
        "new_password", .password, minimumLength: Setting.passwordMinimumLength.values.minimum, maximumLength: 128,
        example: "another good one", help: "Your new password. The rules are those of registration.")
}

extension FieldReader {
    /// Reads the token of a link.
    /// - Returns: the token, nil for a malformed one; and whether there was a text. An error is kept for ``check()``.
    mutating func linkToken() -> OneTimeToken? { text(.linkToken).flatMap { OneTimeToken($0) } }
}

extension Refusal {
    /// The refusal of a link or a code, the same for each cause.
    static let invalidLink = Refusal(
        code: .invalidLink, body: .detail("This link is unknown, used or expired. Ask for a new one."))
    static let alreadyVerified = Refusal(code: .alreadyVerified, body: .detail("The address is proven already."))
}

extension Shape {
    /// A sentence for people.
    static func sentence(_ name: String, _ member: String, _ example: String) -> Shape {
        .object(name: name, [Property(member, example: example, help: "A constant text.")])
    }

    /// The answer to a request that sends a message.
    static let mailRequested = sentence("MailRequested", "detail", Answer.mailRequested)
}

extension Answer {
    static let mailRequested = "If there is an account with this address, a mail is on its way."

    /// A document of one sentence.
    static func sentence(_ member: String, _ text: String, status: HTTPResponse.Status = .ok) -> Answer {
        var answer = Answer { json in
            json.beginObject()
            json.key(member)
            json.string(text)
            json.endObject()
        }
        answer.status = status
        return answer
    }
}
