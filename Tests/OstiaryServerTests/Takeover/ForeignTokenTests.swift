// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport
import Testing

extension EndToEnd {
    /// Tokens that another library signed with the same key.
    @Suite struct ForeignTokens {
        /// A refresh token would otherwise be an access token that lives for weeks.
        @Test("a refresh token of simplejwt opens nothing, of whatever version")
        func simple() throws {
            let site = try TakeoverSite(.sqlite, starts: false)
            try site.adopt()
            try site.django.evaluate(
                "p = person('one@mail.example', '\(WireClient.password)', is_staff=True, is_superuser=True)")
            try site.django.evaluate("from rest_framework_simplejwt.tokens import RefreshToken as Simple")
            try site.django.evaluate("refresh = Simple.for_user(p); access = refresh.access_token")
            let refresh = try site.value("refresh")
            let token = try AccessToken(refresh)
            #expect(token["token_type"] == #""refresh""# && token["user_id"] == #""1""#)
            // Before 5.5 the id was a number.
            let older = token.with("user_id", "1")
            let access = try AccessToken(site.value("access")).with("user_id", "1").signed(with: TakeoverSite.key)
            #expect(try site.here.me(access).status == 200, "the same as an access token is one")
            for text in [refresh, older.signed(with: TakeoverSite.key)] {
                for (method, path) in [
                    ("GET", "/api/me/"), ("PUT", "/api/me/"), ("POST", "/api/password/"), ("GET", "/api/sessions/"),
                    ("GET", "/api/admin/users/"),
                ] {
                    let bearer = [("Authorization", "Bearer \(text)")]
                    let request =
                        method == "GET"
                        ? WireRequest(method, path, bearer) : WireRequest(method, path, bearer, json: "{}")
                    let answer = try site.here.exchange(request)
                    #expect(answer.status == 401, "\(method) \(path): \(answer)")
                }
                #expect(try site.here.refresh(text).endsSession && site.here.logout(text).endsSession)
            }
        }
    }
}
