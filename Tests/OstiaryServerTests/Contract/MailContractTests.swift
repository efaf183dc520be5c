// SPDX-License-Identifier: Apache-2.0

import Testing

extension EndToEnd {
    /// The recorded answers, from a server that sends mail. All differences are those of ``ContractSample/withMail``.
    @Suite struct MailContract {
        private static let ordinary = Result { try MailServer() }
        private static let brief = Result { try MailServer(environment: ["OSTIARY_REFRESH_TOKEN_LIFETIME": "1"]) }

        @Test("mail changes the answers with a profile, and those to another address")
        func exceptions() {
            let changed = ContractSample.all.filter { $0.withMail.answer != $0.answer }
            let refused = changed.filter { $0.withMail.answer.contains("confirmed by a message") }.map(\.case)
            #expect(refused.sorted() == ["put email change", "put email duplicate"])
            #expect(changed.count == refused.count + 32)
        }

        @Test(arguments: ContractSample.all)
        func sample(_ sample: ContractSample) throws {
            let server = try sample.needs.contains(.expired) ? Self.brief.get() : Self.ordinary.get()
            try expectAnswer(to: sample.withMail, of: server.process, SampleState(sample.needs, on: server).values)
        }
    }
}

extension ContractSample {
    /// The sample as a server answers it that sends mail.
    var withMail: ContractSample {
        var sample = self
        if ["put email change", "put email duplicate"].contains(self.case) {
            // Another address is refused, whoever has it.
            sample.status = 400
            sample.answer = """
                {"email":["Another address is confirmed by a message to it: ask for one by POST /api/email/change/."]}
                """
        } else if answer.hasPrefix(#"{"id":"#) {
            // A profile ends with its address.
            sample.answer = String(answer.dropLast()) + #","email_verified":false}"#
        }
        return sample
    }
}
