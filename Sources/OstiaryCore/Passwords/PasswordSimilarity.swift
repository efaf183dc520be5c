// SPDX-License-Identifier: Apache-2.0

/// The similarity of a password to attributes of its owner, by Django's measure.
///
/// The measure counts the characters that two texts share, in any order: twice that number divided by the sum of both
/// lengths. From 0.7 on they are too similar.
struct PasswordSimilarity {
    private static let limit = 0.7

    private let length: Int
    private let counts: [Unicode.Scalar: Int]

    /// - Parameter lowercased: the password in lower case.
    init(lowercased: [Unicode.Scalar]) {
        length = lowercased.count
        counts = lowercased.reduce(into: [:]) { $0[$1, default: 0] += 1 }
    }

    /// Compares with the whole value and with each of its words.
    func isTooSimilar(to value: String) -> Bool {
        guard !value.isEmpty else { return false }
        let value = value.lowercasedScalars
        return Self.words(value).contains { isTooSimilar(to: $0) } || isTooSimilar(to: value[...])
    }

    private func isTooSimilar(to part: ArraySlice<Unicode.Scalar>) -> Bool {
        // A password ten times as long as the text cannot reach the limit.
        if length >= 10 * part.count, Double(part.count) < Self.limit / 2 * Double(length) { return false }
        var left = counts
        var shared = 0
        for scalar in part {
            guard let count = left[scalar], count > 0 else { continue }
            left[scalar] = count - 1
            shared += 1
        }
        let total = length + part.count
        return total == 0 || 2 * Double(shared) / Double(total) >= Self.limit
    }

    /// The runs of word characters, and the empty words before or after a separator at either end, as Python's
    /// `re.split` counts them: an empty password resembles an empty word.
    private static func words(_ value: [Unicode.Scalar]) -> [ArraySlice<Unicode.Scalar>] {
        let words = value.split { !$0.isPythonWord }
        let isClosed = value.first?.isPythonWord == true && value.last?.isPythonWord == true
        return isClosed ? words : words + [[]]
    }
}
