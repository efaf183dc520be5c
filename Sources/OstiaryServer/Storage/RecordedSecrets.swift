// SPDX-License-Identifier: Apache-2.0

/// The fingerprints of the secrets that the servers on a database use.
struct RecordedSecrets: Sendable, Equatable {
    /// nil if none is recorded.
    var signing: String?
    /// nil if none is recorded: the root secret is the signing key then.
    var root: String?
}
