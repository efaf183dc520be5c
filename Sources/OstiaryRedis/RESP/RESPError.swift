// SPDX-License-Identifier: Apache-2.0

/// The reason why bytes are no reply. The connection cannot be used after it.
enum RESPError: Error, Sendable, Equatable {
    case unknownType
    case malformedLine
    case malformedNumber
    case malformedLength
    case malformedText
    case missingTerminator
    /// A streamed string or aggregate of RESP3, which is not supported.
    case streamed
    /// A push inside a reply; pushes come between replies.
    case nestedPush
    case tooLarge
    case tooManyElements
    case tooDeep
}
