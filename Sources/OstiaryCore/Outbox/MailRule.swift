// SPDX-License-Identifier: Apache-2.0

/// The rule by which a store judges, inside the transaction, if a message of the outbox is to be sent.
public enum MailRule {
    /// The account as the transaction finds it: by the id of the message, or else by its address.
    public struct Account: Sendable, Equatable {
        /// False for a deactivated account.
        public var isActive: Bool
        /// True if the account has the address of the message now.
        public var hasAddress: Bool
        /// True if the address is proven already.
        public var isVerified: Bool

        /// - Parameters:
        ///   - isActive: false for a deactivated account.
        ///   - hasAddress: true if the account has the address of the message now.
        ///   - isVerified: true if the address is proven already.
        public init(isActive: Bool, hasAddress: Bool, isVerified: Bool) {
            self.isActive = isActive
            self.hasAddress = hasAddress
            self.isVerified = isVerified
        }
    }

    /// The answer of ``judge(_:_:)``.
    public enum Verdict: Sendable, Equatable {
        /// A message of this kind is sent, which may be another one than was put into the outbox.
        case send(MailKind)
        /// Nothing is sent, and nobody is told.
        case drop
    }

    /// - Parameters:
    ///   - kind: the kind of the message.
    ///   - account: nil if there is none.
    public static func judge(_ kind: MailKind, _ account: Account?) -> Verdict {
        switch kind {
        case .register:
            return .send(account == nil ? .register : .alreadyRegistered)
        case .alreadyRegistered:
            return .drop
        case .verify:
            guard let account, account.isActive, account.hasAddress, !account.isVerified else { return .drop }
        case .reset, .login:
            guard let account, account.isActive, account.hasAddress else { return .drop }
        case .changeConfirm:
            guard let account, account.isActive, !account.hasAddress else { return .drop }
        case .changeNotice:
            // The old address: the account has another one by now.
            guard let account, !account.hasAddress else { return .drop }
        case .passwordChanged, .newLogin, .sessionsEnded:
            guard account != nil else { return .drop }
        }
        return .send(kind)
    }
}
