// SPDX-License-Identifier: Apache-2.0

/// An account as operators name it: by its id, as log lines and audit entries do, or by its e-mail address.
public enum AccountReference: Sendable, Hashable {
    /// The account with this id.
    case id(User.ID)
    /// The account with this login, in any case of its letters.
    case email(EmailAddress)

    /// - Parameter text: decimal digits for an id, else an e-mail address, in any case of its letters.
    /// - Returns: nil if the text is neither.
    public init?(_ text: String) {
        if !text.isEmpty, text.utf8.allSatisfy(\.isASCIIDigit) {
            guard let id = User.ID(text) else { return nil }
            self = .id(id)
        } else {
            guard let email = EmailAddress(text) else { return nil }
            self = .email(email)
        }
    }
}
