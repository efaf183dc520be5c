// SPDX-License-Identifier: Apache-2.0

/// The reason why an account was not deleted: rows of an application refer to it. Nothing was changed.
public struct AccountInUse: Error, Equatable, CustomStringConvertible {
    /// The table with the rows.
    public let table: String
    /// The number of rows, at most ``maximumCount`` and one more.
    public let count: Int

    /// The greatest number that is counted.
    public static let maximumCount = 1_000

    /// - Parameters:
    ///   - table: the table with the rows.
    ///   - count: the number of rows.
    package init(table: String, count: Int) {
        self.table = table
        self.count = count
    }

    public var description: String {
        let number = count > Self.maximumCount ? "more than \(Self.maximumCount)" : "\(count)"
        let refers = count == 1 ? "row of \(table) refers" : "rows of \(table) refer"
        return "The account is in use: \(number) \(refers) to it. Deactivate it instead, or delete those first."
    }
}
