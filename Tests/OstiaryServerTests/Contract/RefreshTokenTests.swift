// SPDX-License-Identifier: Apache-2.0

import Testing

extension EndToEnd {
    /// A refresh token is 128 bits however it is spelt, and nothing less.
    @Suite struct RefreshTokens {
        static let spellings: [(String, @Sendable (String) -> String)] = [
            ("as given", { $0 }), ("upper case", { $0.uppercased() }), ("no hyphens", { $0.replacing("-", with: "") }),
            ("braces", { "{\($0)}" }), ("urn:uuid:", { "urn:uuid:\($0)" }),
            ("braces, no hyphens, upper case", { "{\($0.replacing("-", with: "").uppercased())}" }),
        ]

        @Test("refresh and logout take every spelling")
        func spellings() throws {
            let client = try SharedServers.client()
            let email = try client.newSession().email
            var token = try client.tokens(email).refresh
            for (name, spell) in Self.spellings {
                let answer = try client.refresh(spell(token))
                #expect(answer.status == 200, "\(name)")
                token = try Tokens(answer).refresh
                #expect(BodyPattern("<uuid>").matches(token))
            }
            for (name, spell) in Self.spellings {
                let token = try client.tokens(email).refresh
                #expect(try client.logout(spell(token)).status == 200, "\(name)")
            }
        }

        @Test("one token in two spellings is spent once")
        func spentInAnySpelling() throws {
            let client = try SharedServers.client()
            let token = try client.newSession().tokens.refresh
            #expect(try client.refresh(token.uppercased()).status == 200)
            #expect(try client.refresh("{\(token)}").status == 400)
        }

        @Test("no prefix and no changed digit is accepted, and none of them spends the token")
        func onlyTheWhole() throws {
            let client = try SharedServers.client()
            let token = try client.newSession().tokens.refresh
            let characters = Array(token)
            var wrong = (0..<characters.count).map { String(characters[..<$0]) }
            for (index, digit) in characters.enumerated() where digit != "-" {
                var changed = characters
                changed[index] = digit == "0" ? "1" : "0"
                wrong.append(String(changed))
            }
            wrong += [token + "0", "0" + token, token + token, " \(token)", "\(token)\n", "\u{feff}\(token)"]
            let fullwidth = characters.map { digit in
                digit.wholeNumberValue.flatMap { UnicodeScalar(0xff10 + UInt32($0)) }.map(Character.init) ?? digit
            }
            wrong.append(String(fullwidth))
            for variant in wrong where variant != token {
                let answer = try client.refresh(variant)
                #expect(answer.status == 400, "\(variant.count) characters")
                #expect(answer.text == #"{"error":"Invalid refresh token"}"#)
            }
            #expect(try client.refresh(token).status == 200)
        }

        @Test("the three body types")
        func bodyTypes() throws {
            let client = try SharedServers.client()
            var token = try client.newSession().tokens.refresh
            let multipart = "multipart/form-data; boundary=x"
            for _ in 0..<2 {
                let form = WireRequest(
                    "POST", "/api/refresh/", [("Content-Type", "application/x-www-form-urlencoded")],
                    body: Array("refresh_token=\(token)".utf8))
                token = try Tokens(client.exchange(form)).refresh
                let parts = "--x\r\nContent-Disposition: form-data; name=\"refresh_token\"\r\n\r\n\(token)\r\n--x--\r\n"
                let body = WireRequest("POST", "/api/refresh/", [("Content-Type", multipart)], body: Array(parts.utf8))
                token = try Tokens(client.exchange(body)).refresh
            }
        }
    }
}
