// SPDX-License-Identifier: Apache-2.0

/// All faults of a configuration, reported at once.
public struct ConfigurationError: Error, Equatable, CustomStringConvertible {
    /// The faults, each as a phrase without a full stop.
    public let problems: [String]

    /// - Parameter problems: the faults, each as a phrase without a full stop.
    public init(_ problems: [String]) { self.problems = problems }

    /// The exit code `EX_CONFIG` of `sysexits.h`.
    public static let exitCode: Int32 = 78

    /// A line for a single fault; else a headline and a line for each.
    public var description: String {
        let headline = "The configuration is not valid:"
        guard problems.count != 1 else { return "\(headline) \(problems[0])" }
        return ([headline] + problems.map { "  - " + $0 }).joined(separator: "\n")
    }
}
