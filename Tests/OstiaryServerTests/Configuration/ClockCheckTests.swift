// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import Testing

@testable import OstiaryServer

@Suite("The clock and the time of the commit")
struct ClockCheckTests {
    private let made = Timestamp(seconds: 1_800_000_000)

    @Test("a clock that stands a day before the program is refused, with both times; one that is slightly late is not")
    func before() {
        let error = #expect(throws: StartError.self) {
            try ClockCheck.require(made.adding(seconds: -86_401), after: made)
        }
        #expect(error?.exitCode == 69)
        #expect(error?.description.contains("says 2027-01-14T07:59:59Z, but") == true, "\(String(describing: error))")
        #expect(error?.description.contains("was made on 2027-01-15T08:00:00Z.") == true)
        #expect(throws: Never.self) { try ClockCheck.require(made.adding(seconds: -86_400), after: made) }
    }

    @Test("a program that does not know its commit starts at any time")
    func unknown() {
        #expect(throws: Never.self) { try ClockCheck.require(Timestamp(seconds: 0), after: nil) }
    }
}
