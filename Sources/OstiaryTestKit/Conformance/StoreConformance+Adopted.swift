// SPDX-License-Identifier: Apache-2.0

extension StoreConformance {
    /// The names of the cases that change groups or permissions. Where the accounts are those of a Django service, that
    /// keeps them, and each such change is refused.
    package static let casesOfOwnGroups: Set<String> = [
        "a clerk does what the own rights allow, and nothing once they are taken away",
        "an administrator's change is told by one entry with old and new, and by none if nothing changed",
        "groups are made, changed and deleted, with an entry each",
        "memberships, permissions and marks go with the account",
        "nobody climbs: a clerk gives and touches nothing beyond the own rights",
        "of many groups the first that have a place are named",
        "rights are those of the account, its permissions and its groups, at each moment",
        "the groups of a user are read by the transaction that issues tokens, if they are wanted",
        "the members of a group are found in each order, alone and beside other filters",
    ]

    /// The cases about sessions and their tokens, but for the races.
    package static let casesOfSessions = sessionCases + repetitionCases + ownSessionCases + sessionLimitCases

    /// All cases, but for the one with so many accounts that it takes most of the time.
    package static let casesOfAdoption = cases.filter { !$0.name.hasPrefix("ten thousand accounts") }

    /// The cases about accounts that hold where another program keeps the groups.
    package static let casesOfAccounts = (accountCases + administrationCases).filter { conformance in
        !casesOfOwnGroups.contains(conformance.name) && !conformance.name.hasPrefix("ten thousand accounts")
    }
}
