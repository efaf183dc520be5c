// SPDX-License-Identifier: Apache-2.0

/// The release of the program.
public enum Version {
    /// The version number (Semantic Versioning 2.0.0).
    public static let text = "0.1.0"
}
