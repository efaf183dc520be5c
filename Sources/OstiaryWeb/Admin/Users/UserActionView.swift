// SPDX-License-Identifier: Apache-2.0

/// The question before an action for many accounts.
struct UserActionView {
    let frame: Frame
    let action: UserAction
    /// The accounts that were selected, with the e-mail addresses that the list showed.
    let accounts: [(id: Int64, email: String?)]
    let count: Int
    /// True if there are more accounts than one action may concern.
    let isMore: Bool
    /// The query by which the accounts are found; for an action for all that match.
    let matching: String
    let isAll: Bool
    let filters: [(name: String, value: String)]
    /// The address of the list.
    let back: String

    var question: String { action.question(count.counted("account")) }
}
