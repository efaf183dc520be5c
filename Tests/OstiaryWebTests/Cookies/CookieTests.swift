// SPDX-License-Identifier: Apache-2.0

import Crypto
import HTTPTypes
import OstiaryHTTP
import Testing

@testable import OstiaryWeb

@Suite("Cookies of the pages")
struct CookieTests {
    private let jar = CookieJar(isSecure: true)

    private func value(_ header: String...) -> String? {
        let fields = HTTPFields(header.map { HTTPField(name: .cookie, value: $0) })
        return jar.value(.session, in: IncomingRequest(.get, "/", fields: fields))
    }

    @Test("their names and attributes keep others from setting and reading them")
    func attributes() {
        #expect(
            jar.setting(.session, to: "x").value
                == "__Host-ostiary-session=x; Path=/; HttpOnly; Max-Age=2592000; SameSite=Strict; Secure")
        #expect(jar.setting(.browser, to: "x").value.contains("; SameSite=Lax; Secure"))
        #expect(jar.setting(.session, to: nil).value.hasPrefix("__Host-ostiary-session=; Path=/; HttpOnly; Max-Age=0;"))
        let plain = CookieJar(isSecure: false).setting(.session, to: "x").value
        #expect(plain.hasPrefix("ostiary-session=x;") && !plain.contains("Secure"))
    }

    @Test("those of a server under a path go there only")
    func path() {
        let jar = CookieJar(isSecure: true, under: "/id")
        #expect(jar.setting(.session, to: "x").value.hasPrefix("__Secure-ostiary-session=x; Path=/id; HttpOnly"))
    }

    @Test("one is found among others, and one that is there twice counts for none")
    func reading() {
        #expect(value("__Host-ostiary-session=x") == "x")
        #expect(value("a=1; __Host-ostiary-session=x;b=2") == "x")
        #expect(value("a=1", "__Host-ostiary-session=x") == "x")
        #expect(value("__Host-ostiary-session=") == "")
        for absent in ["", "a=1", "ostiary-session=x", "__Host-ostiary-sessions=x", "x__Host-ostiary-session=y"] {
            #expect(value(absent) == nil, "\(absent)")
        }
        #expect(value("__Host-ostiary-session=x; __Host-ostiary-session=y") == nil)
        #expect(value("__Host-ostiary-session=x", "__Host-ostiary-session=x") == nil)
    }

    @Test("a session is a pair of tokens, or nothing")
    func session() throws {
        let session = try #require(BrowsingSession(cookie: "re-fresh~ac.ce.ss"))
        #expect(session.refresh == "re-fresh" && session.access == "ac.ce.ss" && session.cookie == "re-fresh~ac.ce.ss")
        for bad in [
            "", "~", "a~", "~b", "a", "a~b~c", "a~b c", "a~b\u{301}", "a~<b>",
            "a~" + String(repeating: "b", count: 4_000),
        ] {
            #expect(BrowsingSession(cookie: bad) == nil, "\(bad.prefix(20))")
        }
        let answer = #"{"access_token":"b","refresh_token":"a"}"#
        #expect(BrowsingSession(document: Array(answer.utf8))?.cookie == "a~b")
        for bad in ["", "[]", "{}", #"{"access_token":"b"}"#, #"{"access_token":1,"refresh_token":"a"}"#] {
            #expect(BrowsingSession(document: Array(bad.utf8)) == nil, "\(bad)")
        }
    }

    @Test("a browser's secret is 64 digits, another each time")
    func secret() throws {
        let secret = BrowserSecret()
        #expect(secret != BrowserSecret() && BrowserSecret(secret.text) == secret)
        let digits = String(repeating: "a", count: 64)
        #expect(BrowserSecret(digits)?.text == digits)
        for bad in [
            "", String(digits.dropLast()), digits + "a", digits.uppercased(), String(repeating: "g", count: 64),
        ] {
            #expect(BrowserSecret(bad) == nil, "\(bad)")
        }
    }

    @Test("a form's token is good for its browser and its server only")
    func formToken() {
        let (one, other) = (BrowserSecret(), BrowserSecret())
        let (key, otherKey) = (SymmetricKey(size: .bits256), SymmetricKey(size: .bits256))
        let token = one.formToken(key)
        #expect(one.isFormToken(token, key) && one.formToken(key) == token)
        #expect(!other.isFormToken(token, key) && !one.isFormToken(token, otherKey))
        for bad in ["", "x", String(token.dropLast()), token + "0", token.uppercased(), String(token.reversed())] {
            #expect(!one.isFormToken(bad, key), "\(bad)")
        }
    }

    @Test("all tabs of a browser send one key for a refresh token, another browser another one")
    func idempotencyKey() {
        let (one, other) = (BrowserSecret(), BrowserSecret())
        #expect(one.idempotencyKey(of: "a") == one.idempotencyKey(of: "a"))
        #expect(one.idempotencyKey(of: "a") != one.idempotencyKey(of: "b"))
        #expect(one.idempotencyKey(of: "a") != other.idempotencyKey(of: "a"))
        #expect((22...128).contains(one.idempotencyKey(of: "a").utf8.count))
    }
}
