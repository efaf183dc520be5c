// SPDX-License-Identifier: Apache-2.0

package import OstiaryCore
import Testing

/// One value that django-constance 4.4.0 stored, with what it was in Python and what this side makes of it.
package struct ConstanceSample: Sendable, CustomTestStringConvertible {
    package enum Meaning: Sendable {
        /// Held, and written again as the same bytes.
        case value(ConstanceValue)
        /// Held, but written in the wrapped form: the bytes of a Python tuple are those of a list without a wrapper.
        case rewritten(ConstanceValue)
        /// Django reads its default for it.
        case `default`
        case refused(ConstanceError)
    }

    package let key: String
    package let python: String
    package let stored: [UInt8]
    /// What reading it there gave.
    package let readBack: String

    package var name: String { String(key.dropFirst("constance:".count)) }
    package var testDescription: String { name }
    package var meaning: Meaning? { Self.meanings[name] }

    /// What this side can write for it.
    package var writable: ConstanceValue? {
        switch meaning {
        case .value(let value), .rewritten(let value): value
        case .default: .null
        case .refused, nil: nil
        }
    }

    /// The lines of the file beside this one; none when it cannot be read.
    package static let all: [ConstanceSample] = {
        let folder = #filePath.prefix(upTo: #filePath.lastIndex(of: "/") ?? #filePath.startIndex)
        return text(ofFile: "\(folder)/constance.jsonl").split(separator: "\n").compactMap { line in
            guard case .object(let object)? = try? JSONReader.read(line.utf8) else { return nil }
            let texts = ["key", "python", "stored", "read_back"].compactMap { key -> String? in
                guard case .string(let string)? = object[key] else { return nil }
                return string.text
            }
            guard texts.count == 4 else { return nil }
            return ConstanceSample(key: texts[0], python: texts[1], stored: Array(texts[2].utf8), readBack: texts[3])
        }
    }()

    private static let meanings: [String: Meaning] = [
        "BOOL_T": .value(.bool(true)),
        "BOOL_F": .value(.bool(false)),
        "INT": .value(.integer(42)),
        "INT_NEG": .value(.integer(-1)),
        "INT_BIG": .refused(.integerOutOfRange),  // 2^70
        "FLOAT": .value(.float(3.14)),
        "FLOAT_WHOLE": .value(.float(1)),
        "FLOAT_BIG": .value(.float(1e16)),
        "FLOAT_BIG2": .value(.float(1e22)),
        "FLOAT_SMALL": .value(.float(1e-7)),
        "STR": .value(.string("hello")),
        "STR_EMPTY": .value(.string("")),
        "STR_UTF8": .value(.string("Größe ✓ 😀")),
        "STR_ESC": .value(.string("a\"b\\c/d\n\t\0\u{7F}\u{2028}")),
        "DEC": .value(.decimal("10.50")),
        "DEC_EXP": .value(.decimal("1E+3")),
        "DT_NAIVE": .value(.datetime("2023-10-05T15:30:00")),
        "DT_MICRO": .value(.datetime("2023-10-05T15:30:00.123400")),
        "DT_UTC": .value(.datetime("2023-10-05T15:30:00+00:00")),
        "DT_TZ": .value(.datetime("2023-10-05T15:30:00+05:30")),
        "DATE": .value(.date("2023-10-05")),
        "TIME": .value(.time("15:30:00")),
        "TIME_MICRO": .value(.time("15:30:00.000005")),
        "TIME_TZ": .value(.time("15:30:00+00:00")),
        "TD": .value(.timedelta(seconds: 93_780)),
        "TD_MICRO": .value(.timedelta(seconds: 0.000_001)),
        "TD_NEG": .value(.timedelta(seconds: -1.5)),
        "UUID": .value(.uuid(0x12345678_12345678_12345678_12345678)),
        "LIST": .value(.list([.integer(1), .string("1"), .date("2019-01-01")])),
        "LIST_EMPTY": .value(.list([])),
        "DICT": .value(
            .object([.init("key", .date("2019-01-01")), .init("k2", .integer(1)), .init("n", .null)])
        ),
        "DICT_EMPTY": .value(.object([])),
        "TUPLE": .rewritten(.list([.integer(1), .integer(2)])),
        "NONE": .default,
    ]
}
