// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport
import Testing

extension EndToEnd {
    /// The Django service that the other tests of this folder take over answers as the contract says.
    @Suite struct DjangoAlone {
        @Test("the five endpoints, and a refresh that leaves one token", arguments: TakeoverSite.Engine.allCases)
        func endpoints(engine: TakeoverSite.Engine) throws {
            let site = try TakeoverSite(engine, engine == .sqlite ? .v51 : .v52)
            let front = try Front(django: site.django.port, ostiary: [site.django.port])
            let client = front.client
            let email = freshEmail()
            #expect(try client.register(email).text == #"{"id":1,"username":"","email":"\#(email)"}"#)
            let again = #"{"email":["custom user with this email already exists."]}"#
            #expect(try client.register(email).text == again)
            let tokens = try client.tokens(email)
            #expect(try AccessToken(tokens.access)["user_id"] == "1")
            let next = try Tokens(client.refresh(tokens.refresh))
            #expect(try client.refresh(tokens.refresh).endsSession)
            #expect(try site.value("RefreshToken.objects.get().token") == next.refresh)
            #expect(try client.put(#"{"username":"me"}"#, next.access).member("username") == "me")
            #expect(try client.me(next.access).text == #"{"id":1,"username":"me","email":"\#(email)"}"#)
            #expect(try client.me("x").status == 403)
            #expect(try client.login(email, "wrong").text == #"{"error":"Invalid credentials"}"#)
            try front.move([.me, .login])
            #expect(try client.logout(next.refresh).text == #"{"success":"User logged out."}"#)
            #expect(try client.logout(next.refresh).endsSession)
            let upstreams: [Substring]? = waitUntil(20) {
                let lines = front.accessLog.split(separator: "\n").filter { $0.contains("/api/") }
                return lines.count >= 11 ? lines : nil
            }
            #expect(upstreams?.allSatisfy { $0.contains("127.0.0.1:\(site.django.port)") } == true)
        }

        @Test("its admin site changes, disables and deletes accounts")
        func admin() throws {
            let site = try TakeoverSite(.sqlite)
            try site.django.evaluate("CustomUser.objects.create_superuser('root@mail.example', 'Root-pass-1')")
            try site.django.evaluate("person('one@mail.example', 'One-pass-1')")
            let admin = try DjangoAdmin(port: site.django.port, "root@mail.example", "Root-pass-1")
            #expect(try admin.change(2) { $0.set("username", "one") }.status == 302)
            #expect(try site.value("CustomUser.objects.get(id=2).username") == "one")
            #expect(try site.there.login("one@mail.example", "One-pass-1").status == 200)
            #expect(try admin.setPassword(2, "Two-pass-2-horses").status == 302)
            #expect(try site.there.login("one@mail.example", "One-pass-1").status == 401)
            #expect(try site.there.login("one@mail.example", "Two-pass-2-horses").status == 200)
            #expect(try admin.change(2) { $0.set("is_active", nil) }.status == 302)
            #expect(try site.there.login("one@mail.example", "Two-pass-2-horses").status == 401)
            #expect(try admin.delete(2).status == 302 && admin.isOpen())
            #expect(try site.value("(CustomUser.objects.count(), RefreshToken.objects.count())") == "(1, 0)")
            try site.django.evaluate("root = CustomUser.objects.get(); root.set_password('x'); root.save()")
            #expect(try !admin.isOpen())
        }
    }
}
