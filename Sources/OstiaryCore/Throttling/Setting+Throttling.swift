// SPDX-License-Identifier: Apache-2.0

extension Setting where Value == Rate {
    /// `THROTTLE_LOGIN_ACCOUNT`: logins to an account from all networks that are not known for it, together.
    public static let throttleLoginAccount = throttle(
        "LOGIN_ACCOUNT", .limit(10, per: .minute),
        "Logins to an account from all networks that have not signed in to it for 30 days."
    )
    /// `THROTTLE_LOGIN_KNOWN`: logins to an account from one network that has signed in to it in the last 30 days.
    public static let throttleLoginKnown = throttle(
        "LOGIN_KNOWN", .limit(30, per: .minute), "Logins to an account from a network that has signed in to it."
    )
    /// `THROTTLE_LOGIN_NETWORK`: logins from a network, to any accounts.
    public static let throttleLoginNetwork = throttle(
        "LOGIN_NETWORK", .limit(60, per: .minute), "Logins from a network, to whatever accounts."
    )
    /// `THROTTLE_REGISTER`: registrations from a network, and other addresses that its users try for their profiles.
    public static let throttleRegister = throttle(
        "REGISTER", .limit(20, per: .hour), "Registrations from a network."
    )
    /// `THROTTLE_REFRESH`: refreshes of a session.
    public static let throttleRefresh = throttle("REFRESH", .limit(120, per: .minute), "Refreshes of a session.")
    /// `THROTTLE_REFRESH_DAY`: refreshes of a session in a day, since each spent token is kept until its successor
    /// expires.
    public static let throttleRefreshDay = throttle(
        "REFRESH_DAY", .limit(2_000, per: .day),
        "Refreshes of a session in a day: each is kept until its successor expires."
    )
    /// `THROTTLE_PROFILE`: changes of their profile by a user.
    public static let throttleProfile = throttle(
        "PROFILE", .limit(20, per: .minute), "Changes of the own profile by an account."
    )
    /// `THROTTLE_PASSWORD`: uses of their password by a user who is logged in.
    public static let throttlePassword = throttle(
        "PASSWORD", .limit(5, per: .minute), "Uses of the own password by an account that is signed in."
    )
    /// `THROTTLE_MAIL_NETWORK`: requests from a network that send a message.
    public static let throttleMailNetwork = throttle(
        "MAIL_NETWORK", .limit(20, per: .hour), "Requests from a network that send a message to any address."
    )
    /// `THROTTLE_MAIL_TOTAL`: requests from all networks that send a message.
    public static let throttleMailTotal = throttle(
        "MAIL_TOTAL", .limit(1_000, per: .hour), "Requests from all networks that send a message to any address."
    )
    /// `THROTTLE_MAIL_ADDRESS`: messages to an address that somebody has asked for. Further ones are left out in
    /// silence, so that no answer depends on the address.
    public static let throttleMailAddress = throttle(
        "MAIL_ADDRESS", .limit(5, per: .hour),
        "Messages to an address that somebody has asked for. More are left out, and nobody is told."
    )
    /// `THROTTLE_LINK`: uses of links and codes of messages from a network.
    public static let throttleLink = throttle(
        "LINK", .limit(30, per: .minute), "Uses of links and codes of messages from a network."
    )
    /// `THROTTLE_CLIENT`: requests of a client that is authenticated by its secret.
    public static let throttleClient = throttle(
        "CLIENT", .limit(100, per: .second), "Requests of a client that asks about tokens, or revokes them."
    )

    private static func throttle(_ name: String, _ rate: Rate, _ help: String) -> Setting {
        Setting(
            name: "THROTTLE_" + name, defaultValue: rate, range: .limit(1, per: .day) ... .off, unit: "", help: help)
    }
}

extension Settings {
    static let throttling = [
        AnySetting(.throttleLoginAccount), AnySetting(.throttleLoginKnown), AnySetting(.throttleLoginNetwork),
        AnySetting(.throttleRegister), AnySetting(.throttleRefresh), AnySetting(.throttleRefreshDay),
        AnySetting(.throttleProfile), AnySetting(.throttlePassword),
        AnySetting(.throttleMailNetwork), AnySetting(.throttleMailTotal), AnySetting(.throttleMailAddress),
        AnySetting(.throttleLink), AnySetting(.throttleClient),
    ]
}
