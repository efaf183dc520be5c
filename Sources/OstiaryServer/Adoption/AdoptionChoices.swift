// SPDX-License-Identifier: Apache-2.0

/// The part of the configuration that adoption is about, as far as it is given.
struct AdoptionChoices: Sendable, Equatable {
    var userTable: String?
    var refreshTable: String?
    /// As in `pbkdf2_sha256:870000`.
    var hasher: String?
    /// The value of --legacy-tokens.
    var tokens: String?
    /// The value of --user-changes.
    var changes: String?
    /// The texts `COLUMN=VALUE`.
    var defaults: [String] = []
    /// The state of the signing key.
    var key = Key.given

    /// The flags as servers record them; nil if they are not complete.
    var configuration: String?

    enum Key: Sendable { case given, missing, short }

    /// The columns that have a value for new rows.
    var columns: [String] {
        defaults.map { String($0.prefix { $0 != "=" }) }
    }
}
