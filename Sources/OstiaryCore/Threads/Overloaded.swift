// SPDX-License-Identifier: Apache-2.0

/// Too much is waiting already: nothing was started, and the same call may succeed later.
public struct Overloaded: Error, Equatable {
    /// Seconds after which what waits now will have been done so far that the call would be taken.
    public let retryAfter: Int

    package init(retryAfter: Int = 1) { self.retryAfter = max(1, retryAfter) }
}
