// SPDX-License-Identifier: Apache-2.0

/// A number of rows that were counted up to a limit.
public struct BoundedCount: Sendable, Equatable {
    /// The number of rows, at most the limit.
    public let count: Int
    /// True if there may be more than ``count``.
    public let isMore: Bool

    /// - Parameters:
    ///   - count: the number of rows, at most the limit.
    ///   - isMore: true if there may be more.
    public init(count: Int, isMore: Bool) {
        self.count = count
        self.isMore = isMore
    }

    /// The usual limit.
    public static let limit = 10_000
}
