// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

/// Words of the languages that are made by rules.
extension MailLanguage {
    private typealias Unit = (one: String, many: String)

    /// A duration in words, such as `1 hour` or `24 Stunden`: in days from two of them on, else in the greatest unit
    /// that expresses it in whole numbers.
    func words(forSeconds duration: Int) -> String {
        let seconds = max(0, duration)
        let units = [(172_800, 86_400), (3_600, 3_600), (60, 60), (0, 1)]
        let index = units.firstIndex { seconds >= $0.0 && seconds % $0.1 == 0 } ?? units.count - 1
        let count = seconds / units[index].1
        return "\(count) \(count == 1 ? self.units[index].one : self.units[index].many)"
    }

    /// The units from the greatest on.
    private var units: [Unit] {
        switch self {
        case .english: [("day", "days"), ("hour", "hours"), ("minute", "minutes"), ("second", "seconds")]
        case .german: [("Tag", "Tage"), ("Stunde", "Stunden"), ("Minute", "Minuten"), ("Sekunde", "Sekunden")]
        case .french: [("jour", "jours"), ("heure", "heures"), ("minute", "minutes"), ("seconde", "secondes")]
        }
    }

    /// The date and time in UTC, such as `22 November 2026 at 08:39 UTC`.
    func words(for moment: Timestamp) -> String {
        let numbers = moment.sqlText.utf8.split { !$0.isASCIIDigit }.map { String(Substring($0)) }
        guard numbers.count >= 6, let number = Int(numbers[1]), months.indices.contains(number - 1),
            let day = Int(numbers[2])
        else { return moment.iso8601 }
        let (year, month, hour, minute) = (numbers[0], months[number - 1], numbers[3], numbers[4])
        return switch self {
        case .english: "\(day) \(month) \(year) at \(hour):\(minute) UTC"
        case .german: "\(day). \(month) \(year) um \(hour):\(minute) Uhr (UTC)"
        case .french: "\(day == 1 ? "1er" : "\(day)") \(month) \(year) à \(hour):\(minute) (UTC)"
        }
    }

    private var months: [String] {
        switch self {
        case .english:
            [
                "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
                "November", "December",
            ]
        case .german:
            [
                "Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober",
                "November", "Dezember",
            ]
        case .french:
            [
                "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre",
                "novembre", "décembre",
            ]
        }
    }

    /// - Parameter browser: a name such as `Firefox on Linux`, in ASCII.
    func words(forBrowser browser: String) -> String {
        let word =
            switch self {
            case .english: "on"
            case .german: "unter"
            case .french: "sous"
            }
        let words = browser.utf8.split(separator: UInt8(ascii: " ")).map { String(Substring($0)) }
        return words.map { $0 == "on" ? word : $0 }.joined(separator: " ")
    }
}
