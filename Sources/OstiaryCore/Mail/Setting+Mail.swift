// SPDX-License-Identifier: Apache-2.0

extension Setting where Value == EmailVerification {
    /// `EMAIL_VERIFICATION`: the proof of the address that a registration needs.
    public static let emailVerification = Setting(
        name: "EMAIL_VERIFICATION", defaultValue: .optional, values: .all("off, optional or required"),
        help: "The proof of the address that a registration needs: none, a link that is sent, or one that was opened."
    )
}

extension Setting where Value == Bool {
    /// `EMAIL_LOGIN`: allows logins by a link or a code in a message.
    public static let emailLogin = Setting(
        name: "EMAIL_LOGIN", defaultValue: false, help: "Allows logins by a link or a code in a message."
    )
    /// `NOTICE_NEW_LOGIN`: sends a message after a login from a network that was unknown, at most one in an hour.
    public static let noticeNewLogin = Setting(
        name: "NOTICE_NEW_LOGIN", defaultValue: true,
        help: "Sends a message after a login from a network that was unknown, at most one in an hour."
    )
}

extension Setting where Value == Int {
    /// `VERIFY_LINK_LIFETIME`: the seconds for which a link proves an address or completes a registration.
    public static let verifyLinkLifetime = lifetime(
        "VERIFY", 86_400, most: 604_800, "The lifetime of links that prove an address or complete a registration.")
    /// `RESET_LINK_LIFETIME`: the seconds for which a link sets a new password.
    public static let resetLinkLifetime = lifetime(
        "RESET", 3_600, most: 86_400, "The lifetime of links that set a new password.")
    /// `CHANGE_LINK_LIFETIME`: the seconds for which a link moves an account to another address.
    public static let changeLinkLifetime = lifetime(
        "CHANGE", 86_400, most: 604_800, "The lifetime of links that move an account to another address.")
    /// `UNDO_LINK_LIFETIME`: the seconds for which a link takes an account back to its old address.
    public static let undoLinkLifetime = lifetime(
        "UNDO", 604_800, most: 2_592_000, "The lifetime of links that take an account back to its old address.")
    /// `LOGIN_LINK_LIFETIME`: the seconds for which a link and its code log in.
    public static let loginLinkLifetime = lifetime(
        "LOGIN", 600, most: 600, "The lifetime of links and codes that log in.")
    /// `MAIL_QUEUE_LIMIT`: the most messages that may wait for the mail server; beyond it a request that would send one
    /// is refused with ``Overloaded``.
    public static let mailQueueLimit = Setting(
        name: "MAIL_QUEUE_LIMIT", defaultValue: 100_000, range: 100...100_000, unit: "messages",
        help: "The most messages that may wait for the mail server."
    )

    private static func lifetime(_ name: String, _ seconds: Int, most: Int, _ help: String) -> Setting {
        Setting(
            name: name + "_LINK_LIFETIME", defaultValue: seconds, range: 60...most, unit: "seconds", help: help)
    }
}

extension Settings {
    static let mail = [
        AnySetting(.emailVerification), AnySetting(.emailLogin), AnySetting(.noticeNewLogin),
        AnySetting(.verifyLinkLifetime), AnySetting(.resetLinkLifetime), AnySetting(.changeLinkLifetime),
        AnySetting(.undoLinkLifetime), AnySetting(.loginLinkLifetime), AnySetting(.mailQueueLimit),
    ]
}
