// SPDX-License-Identifier: Apache-2.0

/// The passwords that guessers try first (OWASP ASVS 5.0, 6.2.4).
///
/// The list stays in the read-only pages of the program: nothing is unpacked or built when the server starts.
enum CommonPasswords {
    /// - Parameter word: UTF-8 in lower case, without white space around it.
    /// - Returns: true if the list has exactly this word.
    static func contains(_ word: [UInt8]) -> Bool {
        list.withUTF8Buffer { text in
            // Both bounds always lie on the first byte of a word, or behind the last one.
            var low = 0
            var high = text.count
            while low < high {
                let middle = low + (high - low) / 2
                var start = middle
                while start > low, !isSeparator(text[start - 1]) { start -= 1 }
                var end = middle
                while end < high, !isSeparator(text[end]) { end += 1 }
                let entry = text[start..<end]
                if entry.elementsEqual(word) { return true }
                if entry.lexicographicallyPrecedes(word) { low = end + 1 } else { high = start }
            }
            return false
        }
    }

    /// True for a bar, since words may have a space inside, and for the end of a source line.
    private static func isSeparator(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "|") || byte == UInt8(ascii: "\n")
    }
}
