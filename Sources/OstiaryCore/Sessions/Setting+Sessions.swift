// SPDX-License-Identifier: Apache-2.0

extension Setting where Value == Int {
    /// `SESSIONS_PER_USER`: the most live sessions of an account, beyond which a login ends the one used longest ago; 0
    /// for no limit.
    public static let sessionsPerUser = Setting(
        name: "SESSIONS_PER_USER", defaultValue: 100, range: 0...10_000, unit: "",
        help: "How many sessions an account may have: a further login ends the one used longest ago; 0 for no limit."
    )
}

extension Settings {
    static let sessions = [AnySetting(.sessionsPerUser)]
}
