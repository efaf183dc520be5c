// SPDX-License-Identifier: Apache-2.0

/// Every table of the product. Each name begins with `ostiary_`, so that the tables can live in an application's own
/// database.
public struct Schema: Sendable {
    private let further: [Migration]
    private let isAdopted: Bool

    /// - Parameter further: migrations of tables beside those of the product, the oldest first. Each name has to begin
    ///   with a word of its own, as in `todo_0001_items`: names that begin with a number are those of the product.
    public init(adding further: [Migration] = []) { self.init(adding: further, isAdopted: false) }

    /// - Parameter isAdopted: true if the accounts are in a table of another program.
    package init(adding further: [Migration], isAdopted: Bool) {
        self.further = further
        self.isAdopted = isAdopted
    }

    /// All migrations, the oldest first: those of the product, then the further ones.
    public var migrations: [Migration] {
        (isAdopted ? Self.builtIn.map { $0.name == Migration.accounts.name ? .adoptedAccounts : $0 } : Self.builtIn)
            + further
    }

    /// A released migration is never edited.
    private static let builtIn: [Migration] = [
        .changeFeed, .accounts, .sessions, .settings, .settingsJournal, .signingKey, .sealedSuccessors, .knownNetworks,
        .refreshTokenOrder, .tokenCutoffs, .settingsPlace, .audit, .authentication, .rootSecret,
        .adminIndexes, .permissions, .mail, .adoption, .keys, .clients, .revocations, .gateTickets,
    ]
}
