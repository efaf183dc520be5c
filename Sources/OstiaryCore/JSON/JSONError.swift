// SPDX-License-Identifier: Apache-2.0

/// The reason and the place for which bytes are no JSON text. It never quotes the input, which may hold a password.
public struct JSONError: Error, Sendable, Equatable, CustomStringConvertible {
    /// A short text such as `Expecting value`.
    public let reason: String
    /// The offset in bytes from the start of the document.
    public let offset: Int

    /// - Parameters:
    ///   - reason: A short text without any of the input.
    ///   - offset: In bytes from the start of the document.
    package init(reason: String, offset: Int) {
        self.reason = reason
        self.offset = offset
    }

    /// Reason and offset, fit for the client.
    public var description: String {
        "\(reason) at byte \(offset)"
    }
}
