// SPDX-License-Identifier: Apache-2.0

extension Setting where Value == Int {
    /// `LOGIN_MAX_WAIT`: the seconds that a login may be expected to wait for its turn; beyond them ``Overloaded`` is
    /// thrown at once.
    public static let loginMaximumWait = Setting(
        name: "LOGIN_MAX_WAIT", defaultValue: 2, range: 0...60, unit: "s",
        help:
            "How long a login may be expected to wait for its turn; one that would wait longer is answered 503 at once."
    )
}

extension Settings {
    static let login = [AnySetting(.loginMaximumWait)]
}
