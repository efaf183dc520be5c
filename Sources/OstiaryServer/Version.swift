// SPDX-License-Identifier: Apache-2.0

/// The release this is built from.
public enum Version {
    public static let text = "0.1.0"
}
