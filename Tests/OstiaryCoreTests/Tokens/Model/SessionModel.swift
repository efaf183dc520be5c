// SPDX-License-Identifier: Apache-2.0

/// One session: the store, the owner's client, everything that is under way between them, and a thief.
///
/// What was sent once may arrive at any time, any number of times, or never, and so may its answer: that is lost, late
/// and doubled requests, crashes between commit and answer, and any number of tabs.
struct SessionModel: Hashable, Sendable {
    struct Held: Hashable, Sendable {
        var token: ModelToken
        var key: ModelKey
    }

    struct Reply: Hashable, Sendable {
        var storage: Int
        var to: ModelToken
        var answer: ModelStore.Answer
    }

    /// Copied the owner's token and key once. Its own answers are never lost: what it does not know helps it nowhere.
    struct Thief: Hashable, Sendable {
        var stolen: Held
        var known: [ModelToken] = []
        /// Answers that the owner has stored since the copy, and since the thief spent a token as a client of its own.
        var answersSinceCopy = 0
        var answersSinceUse: Int?
        /// Until when the access tokens live that were given for the stolen token before the owner's second answer.
        var accessExpiresIn: Int16
        /// It got more than those after that answer.
        var hasGained = false
    }

    var store: ModelStore
    /// What the client holds; nil after it dropped the session. A second one is a copy of the first.
    var storages: [Held?]
    /// Sent for tokens that the client holds no more.
    var late: [Held] = []
    var replies: [Reply] = []
    var thief: Thief?
    /// The client dropped the session although nobody had logged out and its last token lived.
    var isLoggedOut = false
    /// A session that was over gave a pair; or a token spent without a key was answered after its interval; or a successor
    /// that is still of use came without a fresh access token.
    var isWrong = false
    /// The client was told that its key is its last token's.
    var isStuck = false

    init(_ settings: ModelSettings, storages: Int = 1) {
        store = ModelStore(settings)
        self.storages = Array(repeating: Held(token: 1, key: 1), count: storages)
    }

    func freshKey() -> ModelKey {
        var last = thief?.stolen.key ?? .none
        func see(_ key: ModelKey) { if key < .forgottenThiefs { last = max(last, key) } }
        for row in store.rows {
            see(row.parentKey)
            see(row.spending?.key ?? .none)
        }
        for sent in late { see(sent.key) }
        for held in storages { see(held?.key ?? .none) }
        return last + 1
    }
}
