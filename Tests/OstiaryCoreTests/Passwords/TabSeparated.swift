// SPDX-License-Identifier: Apache-2.0

/// The records of a text with a record a line and tabs between the fields, split by code points: a combining mark after
/// a separator would hide it from `Character`.
func tabSeparated(_ text: String) -> [[String]] {
    text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map { line in
        line.split(separator: "\t", omittingEmptySubsequences: false).map { String($0) }
    }
}
