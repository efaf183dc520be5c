// SPDX-License-Identifier: Apache-2.0

/// Too many calls wait already. Nothing was started, and the call may succeed later.
public struct Overloaded: Error, Equatable {
    /// The seconds after which the call is expected to be admitted, at least 1.
    public let retryAfter: Int

    package init(retryAfter: Int = 1) { self.retryAfter = max(1, retryAfter) }
}
