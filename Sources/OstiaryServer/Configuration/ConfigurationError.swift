// SPDX-License-Identifier: Apache-2.0

/// All faults of a configuration, reported at once.
public struct ConfigurationError: Error, Equatable, CustomStringConvertible {
    /// The faults, each as a phrase without a full stop.
    public let problems: [String]

    /// - Parameter problems: the faults, each as a phrase without a full stop.
    public init(_ problems: [String]) { self.problems = problems }

    /// The exit code `EX_CONFIG` of `sysexits.h`.
    public static let exitCode: Int32 = 78

    /// A headline and a line for each fault.
    public var description: String {
        (["The configuration is not valid:"] + problems.map { "  - " + $0 }).joined(separator: "\n")
    }
}
