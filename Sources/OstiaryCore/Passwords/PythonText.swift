// SPDX-License-Identifier: Apache-2.0

// The policy must judge a password as Python does: its rules for case, digits, words and white space, on code points.

extension String {
    /// Lower case by Unicode's full mapping, with the one rule that depends on context: a capital sigma at the end of a
    /// word (Final_Sigma in SpecialCasing).
    var lowercasedScalars: [Unicode.Scalar] {
        let scalars = Array(unicodeScalars)
        var result: [Unicode.Scalar] = []
        result.reserveCapacity(scalars.count)
        for (index, scalar) in scalars.enumerated() {
            if scalar == "Σ" {
                result.append(Self.endsWord(scalars, at: index) ? "ς" : "σ")
            } else {
                result.append(contentsOf: scalar.properties.lowercaseMapping.unicodeScalars)
            }
        }
        return result
    }

    private static func endsWord(_ scalars: [Unicode.Scalar], at index: Int) -> Bool {
        let before = scalars[..<index].last { !$0.properties.isCaseIgnorable }
        let after = scalars[(index + 1)...].first { !$0.properties.isCaseIgnorable }
        return before?.properties.isCased == true && after?.properties.isCased != true
    }
}

extension Unicode.Scalar {
    /// `str.isdigit`: superscripts and the digits of every script count too.
    var isPythonDigit: Bool {
        properties.numericType == .decimal || properties.numericType == .digit
    }

    /// `\w` of a regular expression: letters, everything with a numeric value, and the underscore; no combining marks.
    var isPythonWord: Bool {
        switch properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: true
        default: self == "_" || properties.numericType != nil
        }
    }

    /// `str.isspace`: Unicode's white space and the four information separators of ASCII.
    var isPythonSpace: Bool {
        properties.isWhitespace || (0x1c...0x1f).contains(value)
    }
}
