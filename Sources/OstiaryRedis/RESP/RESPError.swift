// SPDX-License-Identifier: Apache-2.0

/// Why bytes are not a reply. After it nothing on the connection can be trusted.
enum RESPError: Error, Sendable, Equatable {
    case unknownType
    case malformedLine
    case malformedNumber
    case malformedLength
    case malformedText
    case missingTerminator
    /// RESP3 strings and aggregates of a length that is not known in advance.
    case streamed
    /// A push stands between replies, never inside one.
    case nestedPush
    case tooLarge
    case tooManyElements
    case tooDeep
}
