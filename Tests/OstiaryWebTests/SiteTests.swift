// SPDX-License-Identifier: Apache-2.0

import Crypto
import HTTPTypes
import OstiaryCore
import OstiaryHTTP
import OstiaryTestKit
import Testing

@testable import OstiaryWeb

@Suite("Sites on one server")
struct SiteTests {
    private struct TestSite: Site {
        let prefix: String
        var isOpen = true
        var navigation: [NavigationLink] { [NavigationLink(prefix, to: prefix)] }
        var notices: [Notice] { [Notice("saved", "It is saved.")] }

        func admits(_ visitor: Visitor) -> Bool { isOpen || visitor.isStaff }

        func answer(_ request: inout PageRequest) async throws -> OutgoingResponse {
            if request.visit.query("save") != nil { return request.redirect(to: prefix, saying: notices[0]) }
            var frame = request.frame()
            frame.title = prefix
            return request.page(frame.page("<p>\(prefix)</p>"), .ok)
        }
    }

    private let shell = PageShell(
        [TestSite(prefix: "/"), TestSite(prefix: "/account/"), TestSite(prefix: "/admin/", isOpen: false)],
        key: SymmetricKey(size: .bits256), publicURL: nil, isSecure: true, isStaff: { _ in false })

    private func ask(_ path: String, cookie: String? = nil) async throws -> (reply: OutgoingResponse, text: String) {
        let key = try #require(SigningKey(secret: [UInt8](repeating: 1, count: 32)))
        let identity = IdentityService(
            codec: AccessTokenCodec(keys: KeyRing(signing: key)), sessions: MemoryStorage(),
            memory: IdentityMemory { false })
        let request = IncomingRequest(.get, path, authority: "a", fields: cookie.map { [.cookie: $0] } ?? [:])
        let api = InProcessAPI(responder: APIResponder(endpoints: [], identity: identity), visit: request)
        let reply = try await shell.answer(request, api: api)
        return (reply, String(decoding: reply.body, as: UTF8.self))
    }

    @Test("the longest prefix answers, with and without the last slash")
    func mounting() async throws {
        for (path, site) in [
            ("/", "/"), ("/x", "/"), ("/account/", "/account/"), ("/account", "/account/"), ("/accounts/", "/"),
        ] {
            #expect(try await ask(path).text.contains("<p>\(site)</p>"), "\(path)")
        }
    }

    @Test("who is not admitted is asked to log in, and sees no link to the site")
    func admission() async throws {
        let refused = try await ask("/admin/users/")
        #expect(refused.reply.status == .unauthorized && refused.text.contains("Log in"))
        let home = try await ask("/").text
        #expect(home.contains(#"<a href="/account/">"#) && !home.contains(#"<a href="/admin/">"#))
    }

    @Test("a sentence is said once, and only one of the sites' own")
    func notice() async throws {
        let saved = try await ask("/account/?save=1").reply
        #expect(saved.status == .seeOther && saved.fields[.location] == "/account/")
        let cookie = try #require(
            saved.fields[values: .setCookie].first { $0.hasPrefix("__Host-ostiary-notice=saved;") })
        let next = try await ask("/account/", cookie: String(cookie.prefix { $0 != ";" }))
        #expect(next.text.contains(#"<p class="notice" role="status">It is saved.</p>"#))
        #expect(next.reply.fields[values: .setCookie].contains { $0.hasPrefix("__Host-ostiary-notice=; ") })
        #expect(
            !(try await ask("/account/", cookie: "__Host-ostiary-notice=Pay+here").text.contains("class=\"notice\"")))
    }

    @Test("cookies of a site with a path of its own go there only")
    func cookies() {
        let jar = CookieJar(isSecure: true, path: "/admin/")
        #expect(jar.setting(.session, to: "x").value.hasPrefix("__Secure-ostiary-session=x; Path=/admin/; HttpOnly"))
        #expect(
            CookieJar(isSecure: true).setting(.session, to: "x").value.hasPrefix("__Host-ostiary-session=x; Path=/;"))
    }
}
