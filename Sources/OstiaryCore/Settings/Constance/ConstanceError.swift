// SPDX-License-Identifier: Apache-2.0

/// Why a value cannot be read or written. It never quotes the value.
package enum ConstanceError: Error, Sendable, Equatable, CustomStringConvertible {
    /// A binary value of django-constance before 4.0. Unpickling runs code, so it is not done.
    case pickled
    case tooLong
    case tooDeep
    /// Not JSON as RFC 8259 has it, which knows no `NaN` and no `Infinity`.
    case malformed(JSONError)
    case integerOutOfRange
    case notFinite
    /// A `\uD800` to `\uDFFF` outside a pair: Python's strings can hold it, Unicode text cannot.
    case loneSurrogate
    /// A `__type__` that is none of the format's.
    case unknownType
    /// The value does not fit its type; the name is the format's.
    case wrongShape(type: String)
    /// `__type__` or `__value__` where the format does not have it: no reader there accepts that.
    case reservedKey
    case duplicateKey

    /// One sentence without a full stop, fit for a log line.
    package var description: String {
        switch self {
        case .pickled: "it was written by an old pickle store; save it again in Django"
        case .tooLong: "it is longer than \(ConstanceCodec.maximumLength) bytes"
        case .tooDeep: "it is nested more than \(ConstanceCodec.maximumDepth) levels deep"
        case .malformed(let error): "it is not JSON: \(error)"
        case .integerOutOfRange: "it has an integer of more than 64 bits"
        case .notFinite: "it has a number that is infinite or not a number"
        case .loneSurrogate: "it has a text that is not Unicode: half of a surrogate pair"
        case .unknownType: "it has a __type__ that django-constance does not know"
        case .wrongShape(let type): "it has a __value__ that is no \(type)"
        case .reservedKey: "it has an object with __type__ or __value__ out of place"
        case .duplicateKey: "it has an object with one key twice"
        }
    }
}
