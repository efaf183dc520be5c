// SPDX-License-Identifier: Apache-2.0

/// The languages of the built-in messages. The raw value is the tag (RFC 5646).
public enum MailLanguage: String, Sendable, CaseIterable {
    /// English, which stands in for a language without messages.
    case english = "en"
    /// German.
    case german = "de"
    /// French.
    case french = "fr"
}

extension MailLanguage {
    /// The languages that are looked at of a header.
    private static let limit = 32

    /// The first of the languages in an `Accept-Language` header (RFC 9110 §12.5.4) with the greatest weight that there
    /// are messages in: `de-AT` is met by `de`. English if there is none.
    public init(acceptLanguage header: String?) {
        var best: (language: MailLanguage, weight: Int)?
        let ranges = (header ?? "").utf8.split(separator: UInt8(ascii: ","), maxSplits: Self.limit)
        for range in ranges.prefix(Self.limit) {
            let parts = range.split(separator: UInt8(ascii: ";"))
            let tag = parts.first.map { $0.filter { $0 != UInt8(ascii: " ") } } ?? []
            let primary = String(decoding: tag.prefix { $0 != UInt8(ascii: "-") }.map { $0 | 0x20 }, as: UTF8.self)
            let weight = parts.dropFirst().first.map(Self.weight) ?? 1_000
            guard let language = MailLanguage(rawValue: primary), weight > best?.weight ?? 0 else { continue }
            best = (language, weight)
        }
        self = best?.language ?? .english
    }

    /// A weight such as `q=0.7` in thousandths; 0 for a malformed one.
    private static func weight(_ parameter: Substring.UTF8View.SubSequence) -> Int {
        let text = parameter.filter { $0 != UInt8(ascii: " ") }
        guard text.count <= 7, text.starts(with: "q=".utf8) else { return 0 }
        let digits = text.dropFirst(2)
        guard digits.first == UInt8(ascii: "0") || digits.first == UInt8(ascii: "1"),
            digits.dropFirst().first ?? UInt8(ascii: ".") == UInt8(ascii: ".")
        else { return 0 }
        let whole = digits.first == UInt8(ascii: "1") ? 1_000 : 0
        var (fraction, unit) = (0, 100)
        for digit in digits.dropFirst(2) {
            guard digit.isASCIIDigit else { return 0 }
            fraction += Int(digit - UInt8(ascii: "0")) * unit
            unit /= 10
        }
        return min(1_000, whole + fraction)
    }
}
