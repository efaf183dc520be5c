// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import OstiaryHTTP

/// Sentences that people read.
@Suite struct RefusalTextTests {
    @Test(
        "one second is not one seconds",
        arguments: [(0, "0 seconds"), (1, "1 second"), (2, "2 seconds"), (61, "61 seconds")])
    func seconds(number: Int, text: String) {
        #expect(number.inSeconds == text)
        guard case .detail(let detail) = Refusal.throttled(retryAfter: number).body else {
            Issue.record("another shape")
            return
        }
        #expect(detail == "Request was throttled. Expected available in \(text).")
    }

    @Test("messages of the contract are told to people in sentences, and others as they are")
    func people() {
        #expect(FieldMessage.emailTaken.text.forPeople == "An account with this e-mail address exists already.")
        #expect(FieldMessage.emailInvalid.text.forPeople.hasPrefix("Enter an e-mail address such as name@example.com"))
        for text in ["This field is required.", "", "custom user with this email already exists"] {
            #expect(text.forPeople == text)
        }
    }
}
