// SPDX-License-Identifier: Apache-2.0

// Made from docs/guides/mobile-application.md by ApplicationGuideTests with OSTIARY_WRITE_TABLES=1.
import OstiaryClient

func mobileApplication(_ server: String) async throws {
    var options = OstiaryClient.Options()
    options.userAgent = "Notes/1.4 (iPhone)"
    let phone = try OstiaryClient(server, storage: .file("phone"), options: options)

    try await phone.login(email: "first@example.com", password: "securepassword")
    print(try await phone.me().email)  // first@example.com

    let token = try await phone.accessToken()  // the one that is stored
    let fresh = try await phone.accessToken(refused: token)  // a new one: the stored one counts as refused
    print(token == fresh)  // false

    let tablet = try OstiaryClient(server, storage: .file("tablet"))
    try await tablet.login(email: "first@example.com", password: "securepassword")

    let devices = try await tablet.sessions()
    print(devices.count)  // 2
    for device in devices where !device.isCurrent {
        print(device.userAgent ?? "unknown")  // Notes/1.4 (iPhone)
        try await tablet.endSession(device.id)
    }

    do {
        _ = try await phone.me()
    } catch ClientError.signedOut {
        print("signed out")  // signed out
    }

    try await tablet.logout()
}
