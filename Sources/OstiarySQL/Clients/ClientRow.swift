// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

/// The columns of a client in every query.
enum ClientRow {
    static let columns: StaticString = """
        id, name, kind, may, secret, previous_secret, created_at, secret_made_at, last_used_at, disabled_at
        """

    /// - Returns: nil for a client of a kind that only another release knows.
    static func client(_ row: SQLRow) throws -> StoredClient? {
        guard let kind = Client.Kind(rawValue: try row.text(2)) else { return nil }
        return StoredClient(
            Client(
                id: try row.text(0), name: try row.text(1), kind: kind, may: Client.rights(in: try row.text(3)),
                createdAt: try row.timestamp(6), secretMadeAt: try row.timestamp(7),
                lastUsedAt: try row.optionalTimestamp(8), disabledAt: try row.optionalTimestamp(9)),
            secret: ClientSecretDigest(bytes: try row.blob(4)),
            previous: try row.optionalBlob(5).map(ClientSecretDigest.init(bytes:)))
    }
}
