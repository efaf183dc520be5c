// SPDX-License-Identifier: Apache-2.0

/// The values of all settings at one moment. A service takes one snapshot for each call.
public struct SettingsSnapshot: Sendable {
    private var values: [String: any SettingValue]

    package init(_ values: [String: any SettingValue] = [:]) { self.values = values }

    /// - Returns: the value in force, or the default.
    public subscript<Value>(setting: Setting<Value>) -> Value {
        values[setting.name] as? Value ?? setting.defaultValue
    }

    subscript(name name: String) -> (any SettingValue)? {
        get { values[name] }
        set { values[name] = newValue }
    }

    /// The most sessions of an account; nil for no limit.
    var sessionLimit: Int? { self[.sessionsPerUser] == 0 ? nil : self[.sessionsPerUser] }

    /// The lifetimes of tokens that are issued now.
    package var lifetimes: TokenLifetimes {
        let session = self[.sessionMaximumLifetime]
        return TokenLifetimes(
            accessToken: self[.accessTokenLifetime], refreshToken: self[.refreshTokenLifetime],
            session: session == 0 ? nil : session, reuseInterval: self[.refreshTokenReuseInterval]
        )
    }
}
