// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Ostiary
import OstiaryTesting
import Testing

/// The gate of an application that embeds the library.
@Suite struct GateOptionTests {
    /// Asks the gate for a host, and returns the status, `Remote-User` and the way to log in.
    private func ask(
        _ options: Ostiary.Options, host: String
    ) async throws -> (admitted: Int, user: String?, refused: Int, login: String?) {
        let test = try await TestOstiary(options)
        do {
            let access = try await test.loginAs(try await test.user("ada@example.com")).accessToken
            let router = Router()
            test.ostiary.mount(on: router)
            let answer = try await Hummingbird.Application(router: router).test(.live) { client in
                let asked = try await client.execute(
                    uri: "/api/authorize/", method: .get,
                    headers: [.authorization: "Bearer \(access)", .forwardedHost: host]
                ) { ($0.status.code, $0.headers[.remoteUser]) }
                let refused = try await client.execute(
                    uri: "/api/authorize/", method: .get, headers: [.forwardedHost: host]
                ) {
                    ($0.status.code, $0.headers[.location])
                }
                return (asked.0, asked.1, refused.0, refused.1)
            }
            await test.end()
            return answer
        } catch {
            await test.end()
            throw error
        }
    }

    @Test("tells the user in the way that the options say, and knows the hosts of applications")
    func options() async throws {
        var options = Ostiary.Options.quiet
        options.publicURL = "https://id.example.com"
        let plain = try await ask(options, host: "app.example.com")
        #expect(plain.admitted == 204 && plain.user == "")
        #expect(plain.refused == 401 && plain.login == nil, "an unknown host")
        options.gateOrigins = ["https://app.example.com"]
        options.gateRemoteUser = .email
        let named = try await ask(options, host: "app.example.com")
        #expect(named.admitted == 204 && named.user == "ada@example.com")
        #expect(named.refused == 401 && named.login == "/.ostiary/start?to=%2F", "\(named)")
    }
}

// swift-format-ignore: NeverForceUnwrap
extension HTTPField.Name {
    fileprivate static let remoteUser = HTTPField.Name("Remote-User")!
    fileprivate static let forwardedHost = HTTPField.Name("X-Forwarded-Host")!
}
