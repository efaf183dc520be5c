// SPDX-License-Identifier: Apache-2.0

/// The reason why a value cannot be read or written. It never quotes the value.
package enum ConstanceError: Error, Sendable, Equatable, CustomStringConvertible {
    /// A pickled value of django-constance before 4.0. Pickles are not read, since reading one runs code.
    case pickled
    case tooLong
    case tooDeep
    /// The value is not JSON (RFC 8259); `NaN` and `Infinity` are not either.
    case malformed(JSONError)
    case integerOutOfRange
    case notFinite
    /// A `\uD800` to `\uDFFF` outside a pair: Python's strings can hold it, Unicode text cannot.
    case loneSurrogate
    /// A `__type__` that django-constance does not have.
    case unknownType
    /// The value does not fit its type, given by django-constance's name.
    case wrongShape(type: String)
    /// `__type__` or `__value__` out of place, which django-constance refuses.
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
