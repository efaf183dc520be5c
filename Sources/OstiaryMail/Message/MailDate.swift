// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

extension Timestamp {
    private static let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// The date and time of RFC 5322 §3.3 in UTC, such as `Sun, 22 Nov 2026 08:39:00 +0000`.
    var mailDate: String {
        let text = Timestamp(seconds: seconds).iso8601
        let numbers = text.utf8.split { !$0.isASCIIDigit }.map { String(Substring($0)) }
        guard numbers.count == 6, let month = Int(numbers[1]), (1...12).contains(month) else {
            return "Thu, 01 Jan 1970 00:00:00 +0000"
        }
        let (day, second) = seconds.quotientAndRemainder(dividingBy: 86_400)
        // The first of January 1970 was a Thursday; the remainder of an earlier day is negative.
        let weekday = ((second < 0 ? day - 1 : day) % 7 + 7) % 7
        let date = "\(Self.days[Int(weekday)]), \(numbers[2]) \(Self.months[month - 1]) \(numbers[0])"
        return "\(date) \(numbers[3]):\(numbers[4]):\(numbers[5]) +0000"
    }

    /// The date and time in UTC for people, such as `2026-11-22 08:39 UTC`: this order is read alike everywhere.
    var plainDate: String {
        let text = Timestamp(seconds: seconds).sqlText
        return "\(Substring(text.utf8.dropLast(3))) UTC"
    }
}
