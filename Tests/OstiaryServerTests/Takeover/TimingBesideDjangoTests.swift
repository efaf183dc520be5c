// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport
import Testing

extension EndToEnd.Alone.Timing {
    /// All hashes there have the form of Django, so the one for accounts that do not exist has to have it, too.
    @Test("nor where the accounts are those of a Django service")
    func adopted() async throws {
        let site = try TakeoverSite(.sqlite, rounds: 20_000, starts: false)
        for (name, change) in [
            ("known", ""), ("inactive", "p.is_active = False; p.save()"),
            ("unusable", "p.set_unusable_password(); p.save()"),
        ] {
            try site.django.evaluate("p = person('\(name)@mail.example', '\(WireClient.password)'); \(change)")
        }
        try site.adopt("shared", logLevel: "warning")
        #expect(try site.here.login("known@mail.example").status == 200)
        let connection = Connection(port: site.servers[0].port)
        let arms = ["known", "unknown", "inactive", "unusable"].map { name in
            Arm(name: name) {
                let answer = try connection.client().login("\(name)@mail.example", "wrong horse 7 battery")
                guard answer.status == 401 else { throw Failure("\(answer)") }
            }
        }
        try await compare(arms, "login beside Django")
    }
}
