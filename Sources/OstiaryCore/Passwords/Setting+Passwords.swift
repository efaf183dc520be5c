// SPDX-License-Identifier: Apache-2.0

extension Setting where Value == Int {
    /// `PASSWORD_MIN_LENGTH`: the code points of the shortest password that is accepted at registration and change.
    public static let passwordMinimumLength = Setting(
        name: "PASSWORD_MIN_LENGTH", defaultValue: 8, range: 8...128, unit: "code points",
        help: "The shortest password that is accepted at registration and change."
    )
}

extension Settings {
    static let passwords = [AnySetting(.passwordMinimumLength)]
}
