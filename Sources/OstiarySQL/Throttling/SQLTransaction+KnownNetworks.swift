// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

extension SQLTransaction {
    /// Records a login from a network; the time of the last login never moves back.
    func note(_ network: Network, of user: User.ID, at now: Timestamp) throws {
        try execute(
            """
            INSERT INTO ostiary_known_network (user_id, network, last_sign_in)
            VALUES (\(user), \(network.description), \(now.microseconds))
            ON CONFLICT (user_id, network) DO UPDATE SET last_sign_in = excluded.last_sign_in
                WHERE ostiary_known_network.last_sign_in < excluded.last_sign_in
            """
        )
    }

    func forgetNetworks(of user: User.ID) throws {
        try execute("DELETE FROM ostiary_known_network WHERE user_id = \(user)")
    }

    /// - Returns: the number of deleted rows.
    func deleteNetworks(before horizon: Timestamp, limit: Int) throws -> Int {
        try execute(
            """
            DELETE FROM ostiary_known_network WHERE (user_id, network) IN (
                SELECT user_id, network FROM ostiary_known_network
                WHERE last_sign_in < \(horizon.microseconds) LIMIT \(Int64(limit))\(raw: dialect.skippingLocked))
            """
        )
    }
}
