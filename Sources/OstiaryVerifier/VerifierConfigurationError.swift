// SPDX-License-Identifier: Apache-2.0

/// A verifier cannot be made so. The description holds no secret.
public enum VerifierConfigurationError: Error, Sendable, Equatable {
    /// The issuer, or the address of the keys or of the feed, cannot be used.
    /// - Parameter reason: the fault.
    case invalidAddress(String)
    /// Another value cannot be used.
    /// - Parameter reason: the fault, with the name of the value.
    case invalidValue(String)
}

extension VerifierConfigurationError: CustomStringConvertible {
    /// A line for logs.
    public var description: String {
        switch self {
        case .invalidAddress(let reason): "invalid address: \(reason)"
        case .invalidValue(let reason): "invalid value: \(reason)"
        }
    }
}
