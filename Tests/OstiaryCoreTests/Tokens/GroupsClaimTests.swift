// SPDX-License-Identifier: Apache-2.0

import OstiaryTestKit
import Testing

@testable import OstiaryCore

@Suite("Groups in access tokens")
struct GroupsClaimTests {
    private func length(_ names: [String]) -> Int {
        var json = JSONWriter()
        json.write(.array(names.map { JSONValue($0) }))
        return json.bytes.count
    }

    @Test("at most fifty names and 2 KiB of JSON, and those that have no place are left out")
    func bounds() {
        #expect(GroupsClaim.names(among: []) == [])
        let many = (100..<200).map(String.init)
        #expect(GroupsClaim.names(among: many) == Array(many.prefix(50)))
        let long = ["a", String(repeating: "b", count: 2_043), "c", "d"]
        #expect(GroupsClaim.names(among: long) == ["a", "c", "d"])
        let full = [String(repeating: "b", count: 2_044), "c"]
        #expect(GroupsClaim.names(among: full) == [full[0]] && length([full[0]]) == 2_048)
        #expect(GroupsClaim.names(among: [String(repeating: "b", count: 2_045)]) == [])
        for character in ["\u{1}", "\"", "\u{1F600}", "ä", "e\u{301}"] {
            let names = (0..<60).map { String(repeating: character, count: 150 - $0 % 3) }
            let chosen = GroupsClaim.names(among: names)
            #expect(length(chosen) <= 2_048 && length(chosen) > 1_000, "\(character)")
        }
    }

    @Test("a token names them if the setting says so, and the longest is verified all the same")
    func claim() async throws {
        let services = try Services()
        func groups(_ pair: TokenPair) throws -> JSONValue? {
            let part = pair.accessToken.split(separator: ".")[1]
            guard case .object(let claims) = try JSONReader.read(try #require(Base64URL.decode(part.utf8))) else {
                return nil
            }
            return claims["groups"]
        }
        var pair = try await services.session()
        #expect(try groups(pair) == nil)
        let user = try services.codec.verify(pair.accessToken, now: services.clock.now()).userID
        let context = RequestContext.test(by: .operator("root"))
        let names = (0..<50).map { "\u{1}\(100 + $0)" + String(repeating: "x", count: 28) }
        for name in names {
            guard case .done(let group) = try await services.storage.addGroup(named: name, permissions: [], in: context)
            else { continue }
            _ = try await services.storage.changeGroup(id: group.id, with: GroupChange(added: [user]), in: context)
        }
        _ = try await services.settings.set("TOKEN_GROUPS_CLAIM", to: "true", in: context)
        pair = try #require(try await services.refresh.refresh(try pair.token(), in: services.context()))
        let chosen = GroupsClaim.names(among: names)
        #expect(chosen.count > 40)
        #expect(try groups(pair) == .array(chosen.map { JSONValue($0) }))
        #expect(try services.codec.verify(pair.accessToken, now: services.clock.now()).userID == user)
        #expect(pair.accessToken.utf8.count < 4_096)
        let address = try #require(EmailAddress("first@example.com"))
        let login = try await services.login.login(email: address, password: "securepassword", in: services.context())
        #expect(try groups(try #require(login)) == .array(chosen.map { JSONValue($0) }))
        _ = try await services.settings.unset("TOKEN_GROUPS_CLAIM", in: context)
        pair = try #require(try await services.refresh.refresh(try pair.token(), in: services.context()))
        #expect(try groups(pair) == nil)
    }
}
