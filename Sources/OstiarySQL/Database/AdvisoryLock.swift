// SPDX-License-Identifier: Apache-2.0

/// The keys of advisory locks on PostgreSQL: words in ASCII, which no other program is likely to use.
package enum AdvisoryLock {
    /// Held by the process that migrates: "ostiary".
    package static let migrating: Int64 = 0x6f_73_74_69_61_72_79
    /// Held by the transaction of an administrator's change: "ostiarya".
    package static let administering: Int64 = 0x6f_73_74_69_61_72_79_61
    /// Held by the process that builds indexes: "ostiaryi".
    package static let indexing: Int64 = 0x6f_73_74_69_61_72_79_69
    /// The seed of the locks of addresses, each held by the transaction that gives an account that address: "ostiarye".
    package static let naming: Int64 = 0x6f_73_74_69_61_72_79_65
    /// Shared by all servers while their change feeds are connected: "ostiarys".
    package static let serving: Int64 = 0x6f_73_74_69_61_72_79_73
}
