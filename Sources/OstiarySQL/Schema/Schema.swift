// SPDX-License-Identifier: Apache-2.0

/// Every table of the product. Each is prefixed `ostiary_`, so that it can live in an application's own database.
public struct Schema: Sendable {
    /// The table of users, which an application may already have.
    public let users: SQLIdentifier

    public init(users: SQLIdentifier = .users) { self.users = users }

    /// All migrations, the oldest first. A released one is never edited.
    public var migrations: [Migration] {
        [
            .changeFeed, .accounts(users: users), .sessions(users: users), .settings, .settingsJournal, .signingKey,
            .sealedSuccessors, .knownNetworks(users: users), .refreshTokenOrder,
            .tokenCutoffs(users: users), .settingsPlace, .audit, .authentication, .rootSecret,
        ]
    }
}

extension SQLIdentifier {
    /// `ostiary_user`
    public static let users = SQLIdentifier(constant: "ostiary_user")

    /// For names in the source; the test of this package checks each.
    private init(constant name: StaticString) { self.name = name.description }
}
