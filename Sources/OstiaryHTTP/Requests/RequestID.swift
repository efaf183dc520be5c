// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

/// Names a request in logs and answers. Random, so that it tells neither how many there are nor what others are called.
public struct RequestID: Sendable, CustomStringConvertible {
    private let bits: UInt128

    public init() { bits = UInt128.random(in: .min ... .max) }

    /// 32 hexadecimal digits.
    public var description: String { bits.hexadecimal }
}
