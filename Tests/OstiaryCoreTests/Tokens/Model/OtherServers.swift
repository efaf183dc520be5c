// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

/// A server's rule with what a client sends it, as a row of the table in docs/features/sessions.md.
struct RefreshServer: Sendable {
    var name: String
    var settings: ModelSettings
    var takesKeys = false

    /// - Parameter interval: until when the store must count; the rule itself knows its own.
    private init(_ name: String, interval: Int = 0, hasOneLiveToken: Bool = false, _ rule: @escaping Rule) {
        self.name = name
        settings = ModelSettings(
            rule: rule, lifetimes: TokenLifetimes(accessToken: 2, refreshToken: 20_000, reuseInterval: interval),
            hasOneLiveToken: hasOneLiveToken
        )
    }

    /// As read in each source; the names say what is taken for the rule, where a server has settings.
    static let all: [RefreshServer] = {
        var keyed = RefreshServer("**this server, with an `Idempotency-Key`**") { RefreshRule.judge($0, $1) }
        keyed.takesKeys = true
        return [
            RefreshServer("strict, only the presented token fails (simplejwt + blacklist, allauth, Rodauth)") {
                judge($0, $1) { _, _, _ in .refuse }
            },
            RefreshServer("strict, the family is revoked (Kanidm, Glewlwyd, better-auth by default)") {
                judge($0, $1) { _, _, _ in .replay }
            },
            RefreshServer("5 s grace, each use mints another pair (Rauthy)", interval: 30) {
                judge($0, $1) { _, elapsed, expiry in elapsed <= 5 ? .rotate(expiry) : .refuse }
            },
            RefreshServer("30 s grace, rotate again, then revoke (SuperTokens)", interval: 30, hasOneLiveToken: true) {
                judge($0, $1) { _, elapsed, expiry in elapsed <= 30 ? .rotate(expiry) : .replay }
            },
            RefreshServer("the same answer for 30 s, then revoke (better-auth 1.7)", interval: 30) {
                judge($0, $1) { _, elapsed, expiry in
                    elapsed <= 30 ? .repeat(accessExpiresAt: expiry.accessToken) : .replay
                }
            },
            RefreshServer(
                "the parent of the live token always, others for 10 s, then revoke (Supabase Auth)", interval: 30
            ) {
                judge($0, $1) { spending, elapsed, expiry in
                    guard spending.successor?.isSpent ?? true else {
                        return .repeat(accessExpiresAt: expiry.accessToken)
                    }
                    return elapsed <= 10 ? .rotate(expiry) : .replay
                }
            },
            RefreshServer("this server without a key") { RefreshRule.judge($0, $1) },
            RefreshServer("this server without a key, `REFRESH_TOKEN_REUSE_INTERVAL` 30", interval: 30) {
                RefreshRule.judge($0, $1)
            },
            keyed,
        ]
    }()

    private static func judge(
        _ presented: RefreshRule.Presented, _ request: RefreshRule.Request,
        spent: (RefreshRule.Spending, _ elapsed: Int64, TokenExpiry) -> RefreshRule.Verdict
    ) -> RefreshRule.Verdict {
        guard presented.sessionEndedAt == nil else { return .refuse }
        let expiry = request.lifetimes.expiry(sessionStartedAt: presented.sessionStartedAt, now: request.now)
        guard let spending = presented.spending else { return .rotate(expiry) }
        return spent(spending, request.now.seconds - spending.at.seconds, expiry)
    }
}
