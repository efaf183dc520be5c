// SPDX-License-Identifier: Apache-2.0

extension OstiaryClient {
    /// An account.
    public struct Account: Sendable, Equatable, Decodable {
        /// The account's permanent number.
        public let id: Int64
        /// The address to log in with.
        public let email: String
        /// The display name, which may be empty.
        public let username: String
        /// True if a message has shown that the address is the user's; nil where the server sends no mail.
        public let isEmailVerified: Bool?

        private enum CodingKeys: String, CodingKey {
            case id, email, username
            case isEmailVerified = "email_verified"
        }
    }

    /// The outcome of a registration.
    public enum Registration: Sendable, Equatable {
        /// The account is there, and can log in.
        case created(Account)
        /// A message is on its way: ``OstiaryClient/completeRegistration(token:password:)`` takes the token of its link.
        case mailSent
    }

    /// The outcome of a login.
    public struct Login: Sendable, Equatable {
        /// True after a login with a password that an administrator has set: ask for a new one, and call
        /// ``OstiaryClient/changePassword(from:to:)``.
        public let isPasswordChangeRequired: Bool
    }
}
