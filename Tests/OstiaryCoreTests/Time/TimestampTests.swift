// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import OstiaryCore

@Suite("Timestamps")
struct TimestampTests {
    @Test(
        "Django's text, both ways",
        arguments: [
            (0, "1970-01-01 00:00:00"), (1_795_336_740_000_000, "2026-11-22 08:39:00"),
            (1_795_336_740_000_001, "2026-11-22 08:39:00.000001"), (951_782_400_000_000, "2000-02-29 00:00:00"),
            (-1, "1969-12-31 23:59:59.999999"), (4_102_444_799_500_000, "2099-12-31 23:59:59.500000"),
        ])
    func text(_ microseconds: Int64, _ text: String) {
        let moment = Timestamp(microseconds: microseconds)
        #expect(moment.sqlText == text)
        #expect(Timestamp(sqlText: text) == moment)
        #expect(moment.iso8601.hasSuffix("Z"))
    }

    @Test("every day of four hundred years is read as it was written")
    func days() {
        for day in Int64(-80_000)...80_000 {
            let moment = Timestamp(seconds: day * 86_400)
            #expect(Timestamp(sqlText: moment.sqlText) == moment)
        }
    }

    @Test(
        "other texts are none",
        arguments: ["", "2026", "2026-13-01 00:00:00", "2026-01-01 24:00:00", "2026-01-01 00:00:00.", "x"])
    func malformed(_ text: String) { #expect(Timestamp(sqlText: text) == nil) }

    @Test("arithmetic saturates")
    func saturation() {
        let end = Timestamp(microseconds: .max)
        #expect(end.adding(seconds: 1) == end)
        #expect(Timestamp(microseconds: .min).adding(seconds: -1).microseconds == .min)
        #expect(Timestamp(seconds: .max).microseconds == .max)
        #expect(Timestamp(seconds: 5).adding(seconds: .max).microseconds == .max)
        #expect(Timestamp(microseconds: -1).seconds == -1)
    }
}
