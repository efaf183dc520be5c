// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

/// The name of a request in logs and in its answer (`X-Request-ID`). It is random, so it reveals neither the number of
/// requests nor other ids.
public struct RequestID: Sendable, CustomStringConvertible {
    private let bits: UInt128

    /// Draws a new id of 128 random bits.
    public init() { bits = UInt128.random(in: .min ... .max) }

    /// The id as 32 hexadecimal digits.
    public var description: String { bits.hexadecimal }
}
