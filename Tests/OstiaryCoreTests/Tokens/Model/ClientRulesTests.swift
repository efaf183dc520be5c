// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import OstiaryCore

/// Each rule of the client is dropped once, and it matters.
@Suite("Client rules")
struct ClientRulesTests {
    static let broken: [(String, ModelRun)] = [
        ("keys drawn when sending", run(.drawsKeyWhenSending)),
        ("a key that is not durable with its token", run(.losesKeyInCrash)),
        ("answers stored without comparing", run(.storesAnyAnswer)),
        ("the session dropped on any error", run(.dropsOnAnyError)),
        ("no keys", run(.sendsNoKey)),
        ("a try held back for longer than a token lives", run(.holdsTriesBack)),
        ("two storages", RefreshModelTests.run { $0.storages = 2 }),
        (
            "no keys, tries that are not one at a time",
            RefreshModelTests.run {
                $0.conduct = .sendsNoKey
                $0.settings.lifetimes.reuseInterval = 2
            }
        ),
    ]

    private static func run(_ conduct: Conduct) -> ModelRun { RefreshModelTests.run { $0.conduct = conduct } }

    @Test("an honest client that drops a rule is logged out", arguments: broken)
    func loggedOut(_ name: String, _ run: ModelRun) {
        finds("logged out by \(name)", run) { $0.isLoggedOut }
    }

    @Test("a constant key is refused, and would hide a thief if it were not")
    func constantKey() {
        finds("told of one key for ever", Self.run(.sendsOneKeyForEver)) { $0.isStuck }
        let theft = RefreshModelTests.theft {
            $0.conduct = .sendsOneKeyForEver
            $0.settings.rule = { presented, request in
                var presented = presented
                presented.parentKey = nil
                return RefreshRule.judge(presented, request)
            }
        }
        finds("a thief hidden by one key for ever", theft) { $0.isUnnoticed }
    }
}
