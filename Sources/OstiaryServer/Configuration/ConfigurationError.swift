// SPDX-License-Identifier: Apache-2.0

/// Everything that is wrong with a configuration, told at once.
public struct ConfigurationError: Error, Equatable, CustomStringConvertible {
    public let problems: [String]

    public init(_ problems: [String]) { self.problems = problems }

    /// `EX_CONFIG` of sysexits.h
    public static let exitCode: Int32 = 78

    public var description: String {
        (["The configuration is not valid:"] + problems.map { "  - " + $0 }).joined(separator: "\n")
    }
}
