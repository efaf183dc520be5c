// SPDX-License-Identifier: Apache-2.0

/// A value as django-constance 4 stores it.
///
/// Texts are kept as they are stored, so that a value that is read and written again has the same bytes.
public enum ConstanceValue: Sendable, Equatable {
    /// Python's `None`. As a whole value it means the default; inside a list or object it stands for itself.
    case null
    /// Python's `True` or `False`.
    case bool(Bool)
    /// An integer of 64 bits; Python's may be larger, and is refused then.
    case integer(Int64)
    /// A finite number. `1.0` and the integer `1` are two types in Python.
    case float(Double)
    /// Text without lone surrogates.
    case string(String)
    /// A list, whose elements may be of different types.
    case list([ConstanceValue])
    /// The members in the order of the text. Keys are distinct, are none of `ConstanceCodec` and do not
    /// have U+FFFD.
    case object([Member])
    /// `YYYY-MM-DDTHH:MM:SS[.ffffff][±HH:MM[:SS[.ffffff]]]` (ISO 8601); without an offset it is a local time.
    case datetime(String)
    /// `YYYY-MM-DD` (ISO 8601).
    case date(String)
    /// `HH:MM:SS[.ffffff][±HH:MM[:SS[.ffffff]]]` (ISO 8601).
    case time(String)
    /// A finite decimal number with its trailing zeros, for example `10.50` or `1E+3`.
    case decimal(String)
    /// The 128 bits of the identifier (RFC 9562 §4), most significant first.
    case uuid(UInt128)
    /// Seconds; Python rounds them to microseconds.
    case timedelta(seconds: Double)

    /// One key of an object with its value.
    public struct Member: Sendable, Equatable {
        /// The key, compared by code point.
        public let key: String
        /// The value of the key.
        public let value: ConstanceValue

        /// - Parameters:
        ///   - key: the key, which its object has once.
        ///   - value: the value of the key.
        public init(_ key: String, _ value: ConstanceValue) {
            self.key = key
            self.value = value
        }
    }
}
