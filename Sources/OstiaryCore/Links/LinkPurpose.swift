// SPDX-License-Identifier: Apache-2.0

/// The purpose of a one-time link. A token of one purpose is of no use for another.
public enum LinkPurpose: String, Sendable, CaseIterable {
    /// Proves the address of an account.
    case verification
    /// Completes a registration.
    case registration
    /// Sets a new password.
    case reset
    /// Moves an account to the address of the recipient.
    case change
    /// Takes an account back to its old address.
    case undo
    /// Logs in.
    case login

    /// The message that brings the link.
    public var mail: MailKind {
        switch self {
        case .verification: .verify
        case .registration: .register
        case .reset: .reset
        case .change: .changeConfirm
        case .undo: .changeNotice
        case .login: .login
        }
    }

    /// - Returns: nil for a message without link.
    public init?(_ mail: MailKind) {
        guard let purpose = Self.allCases.first(where: { $0.mail == mail }) else { return nil }
        self = purpose
    }
}
