// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

/// A live session as the API describes it to administrators.
struct AdminSession: Sendable {
    let id: String
    let userID: Int64
    let email: String
    let startedAt: String?
    let lastUsedAt: String?
    let address: String?
    let userAgent: String
    /// The browser in words.
    let browser: String
    /// The methods of the login.
    let methods: [String]

    init(_ object: JSONObject) {
        let user = object["user"]?.object ?? JSONObject()
        id = object.text("id")
        userID = user.number("id") ?? 0
        email = user.text("email")
        startedAt = object.optionalText("started_at")
        lastUsedAt = object.optionalText("last_used_at")
        address = object.optionalText("address")
        userAgent = object.text("user_agent")
        browser = object.text("browser")
        methods = object.texts("amr")
    }
}
