// SPDX-License-Identifier: Apache-2.0

extension String {
    /// The text with characters that move a cursor, end a line or turn the reading direction escaped as `\u{…}`: safe
    /// for terminals and logs (ASVS 16.4.1).
    package var printable: String {
        guard unicodeScalars.contains(where: \.isUnprintable) else { return self }
        return unicodeScalars.map { scalar in
            scalar.isUnprintable ? "\\u{\(String(scalar.value, radix: 16))}" : String(scalar)
        }.joined()
    }
}

extension Unicode.Scalar {
    fileprivate var isUnprintable: Bool {
        switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: true
        default: false
        }
    }
}
