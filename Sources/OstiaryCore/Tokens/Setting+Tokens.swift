// SPDX-License-Identifier: Apache-2.0

extension Setting where Value == Int {
    /// `ACCESS_TOKEN_LIFETIME`: the seconds for which an access token is valid from its issue.
    public static let accessTokenLifetime = Setting(
        name: "ACCESS_TOKEN_LIFETIME", defaultValue: 108_000, range: 1...315_360_000, unit: "s",
        help: "How long an access token is valid from its issue."
    )
    /// `REFRESH_TOKEN_LIFETIME`: the seconds for which a refresh token is valid from its issue; each refresh starts it
    /// anew.
    public static let refreshTokenLifetime = Setting(
        name: "REFRESH_TOKEN_LIFETIME", defaultValue: 2_592_000, range: 1...315_360_000, unit: "s",
        help: "How long a refresh token is valid from its issue; each refresh starts it anew."
    )
    /// `REFRESH_TOKEN_REUSE_INTERVAL`: the seconds in which a refresh token that was spent without an idempotency key
    /// may be presented again; 0 for never.
    public static let refreshTokenReuseInterval = Setting(
        name: "REFRESH_TOKEN_REUSE_INTERVAL", defaultValue: 0, range: 0...600, unit: "s",
        help: "How long a refresh token that was spent without an Idempotency-Key may be presented again; 0 for never."
    )
    /// `SESSION_MAX_LIFETIME`: the seconds for which a session lasts from its login; 0 for no limit.
    public static let sessionMaximumLifetime = Setting(
        name: "SESSION_MAX_LIFETIME", defaultValue: 0, range: 0...315_360_000, unit: "s",
        help: "How long a session lasts from its login, however often it is refreshed; 0 for no limit."
    )
}

extension Setting where Value == Bool {
    /// `TOKEN_GROUPS_CLAIM`: names the account's groups in new access tokens, as `groups`.
    public static let tokenGroupsClaim = Setting(
        name: "TOKEN_GROUPS_CLAIM", defaultValue: false,
        help: "Names the account's groups in new access tokens, as groups: at most 50 names, 2 KiB together."
    )
}

extension Settings {
    static let tokens = [
        AnySetting(.accessTokenLifetime), AnySetting(.refreshTokenLifetime), AnySetting(.refreshTokenReuseInterval),
        AnySetting(.sessionMaximumLifetime), AnySetting(.tokenGroupsClaim),
    ]
}
