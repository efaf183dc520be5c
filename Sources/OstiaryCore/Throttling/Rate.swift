// SPDX-License-Identifier: Apache-2.0

/// A rate limit in the form of Django REST framework, such as `10/min`: ten uses at once, and ten more in each minute.
public enum Rate: Sendable, Hashable {
    /// Without limit.
    case off
    /// - Parameter number: 1…``maximumNumber``.
    case limit(_ number: Int, per: Period)

    /// The largest number; a larger one is taken for a mistake.
    public static let maximumNumber = 100_000

    /// The time in which the number of uses is earned again.
    public enum Period: String, Sendable, CaseIterable {
        /// One second, written `s`.
        case second = "s"
        /// 60 seconds, written `min`.
        case minute = "min"
        /// 3,600 seconds, written `hour`.
        case hour
        /// 86,400 seconds, written `day`.
        case day

        /// - Parameter name: one of the listed names. Django REST framework compares the first letter alone and reads
        ///   `month` as a minute.
        init?(name: Substring) {
            switch name {
            case "s", "sec", "second": self = .second
            case "m", "min", "minute": self = .minute
            case "h", "hour": self = .hour
            case "d", "day": self = .day
            default: return nil
            }
        }

        /// The length in seconds.
        public var seconds: Int {
            switch self {
            case .second: 1
            case .minute: 60
            case .hour: 3_600
            case .day: 86_400
            }
        }
    }
}

extension Rate {
    /// The rate multiplied by a factor, at most ``maximumNumber`` in the period.
    func times(_ factor: Int) -> Rate {
        guard case .limit(let number, let period) = self else { return self }
        return .limit(min(number * factor, Self.maximumNumber), per: period)
    }
}

extension Rate: Comparable {
    /// The larger rate allows more in a day or, of two that allow the same, more at once.
    public static func < (left: Rate, right: Rate) -> Bool {
        switch (left, right) {
        case (.off, _): return false
        case (_, .off): return true
        case (.limit(let one, let first), .limit(let other, let second)):
            let (one, other) = (one * (86_400 / first.seconds), other * (86_400 / second.seconds))
            return one == other ? first.seconds < second.seconds : one < other
        }
    }
}

extension Rate: SettingValue {
    public static var typeName: String { "number/period" }

    /// - Parameter text: a number from 1, a slash and `s`, `min`, `hour` or `day` (or `sec`, `second`, `m`, `minute`,
    ///   `h`, `d`); or `off`. An empty text is no rate.
    public init?(settingText text: String) {
        guard text.utf8.count <= 32 else { return nil }
        if text == "off" {
            self = .off
            return
        }
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].utf8.allSatisfy(\.isASCIIDigit), let number = Int(parts[0]),
            (1...Self.maximumNumber).contains(number), let period = Period(name: parts[1])
        else { return nil }
        self = .limit(number, per: period)
    }

    public var settingText: String {
        switch self {
        case .off: "off"
        case .limit(let number, let period): "\(number)/\(period.rawValue)"
        }
    }

    public init?(constance: ConstanceValue) {
        guard case .string(let text) = constance else { return nil }
        self.init(settingText: text)
    }

    public var constance: ConstanceValue { .string(settingText) }
}
